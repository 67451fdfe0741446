import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { apiQuery } from '#kernel/web'
import { Await, Field, Light, Page, PersonPicker, type PersonRef, Tag, useCan } from '#ui'
import { type MaskableField, maskableFields } from '../../contract.ts'
import { directory } from '../client.ts'
import { searchPeople } from '../pickers.ts'
import { AdminNav } from './AdminNav.tsx'

const fieldNames = (fields: readonly string[]): string =>
  fields.map((field) => maskableFields[field as MaskableField] ?? field).join('、')

/** Those whom a rule hides from the administrator are found in the list of administration. */
async function searchManaged(q: string, signal: AbortSignal): Promise<PersonRef[]> {
  if (q === '') return []
  const { rows } = await directory.adminPeople({ q, limit: 20 }, { signal })
  const managed = rows.map((row) => ({ id: row.personId, name: row.name, unitName: row.org.name, title: row.title }))
  const others = await searchPeople(q, signal)
  return [...new Map([...others, ...managed].map((person) => [person.id, person])).values()]
}

/** 为什么看得到: each rule with its verdict, as every query weighs it. */
export function ExplainPage() {
  const can = useCan()
  const [viewer, setViewer] = useState<PersonRef[]>([])
  const [person, setPerson] = useState<PersonRef[]>([])
  const who = viewer[0]
  const whom = person[0]
  return (
    <Page
      watermark
      title="为什么看得到、看不到"
      sentence="选两个人，看通讯录里前者能看到后者的什么，由哪条规则决定。每次查询都记入审计记录。"
      above={<AdminNav />}
    >
      <div className="qt-form">
        <Field label="谁在看" required>
          {(control) => <PersonPicker control={control} value={viewer} search={searchPeople} onChange={setViewer} />}
        </Field>
        <Field label="看谁的信息" required>
          {(control) => (
            <PersonPicker
              control={control}
              value={person}
              search={can('directory:manage') ? searchManaged : searchPeople}
              onChange={setPerson}
            />
          )}
        </Field>
      </div>
      {who && whom && <Verdict viewer={who} person={whom} />}
    </Page>
  )
}

function Verdict({ viewer, person }: { viewer: PersonRef; person: PersonRef }) {
  const verdict = useQuery(apiQuery(directory.explain, { id: person.id, viewerId: viewer.id }))
  return (
    <section className="qt-block" aria-label="结论">
      <Await query={verdict}>
        {({ visible, masked, rules }) => (
          <>
            <p className="oa-notice" role="status">
              <b>
                {viewer.name}
                {visible ? '看得到' : '看不到'}
                {person.name}
                {visible && masked.length > 0 && `，但${fieldNames(masked)}被遮盖`}
              </b>
            </p>
            {rules.length === 0 ? (
              <p className="qt-second">没有规则涉及{person.name}。</p>
            ) : (
              <ol className="oa-items">
                {rules.map((rule) => (
                  <li key={rule.id}>
                    <p className="qt-row">
                      <Light state={rule.applies ? 'warn' : 'off'}>{rule.applies ? '起作用' : '不起作用'}</Light>
                      <b>{rule.title}</b>
                      <Tag>{rule.effect === 'hide' ? '隐藏' : `遮盖${fieldNames(rule.fields)}`}</Tag>
                    </p>
                    <p className="qt-small qt-second">{rule.reason}</p>
                  </li>
                ))}
              </ol>
            )}
          </>
        )}
      </Await>
    </section>
  )
}
