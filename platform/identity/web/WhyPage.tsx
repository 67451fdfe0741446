import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { apiQuery } from '#kernel/web'
import { searchPeople, useUnits } from '#platform/directory/web'
import { Await, Field, Light, Page, PersonPicker, type PersonRef, Tag, UnitPicker, type UnitRef } from '#ui'
import type { Explanation } from '../contract.ts'
import { identity } from './client.ts'
import { GrantsNav } from './GrantsNav.tsx'

/** 为什么能、不能: the chain from a person to a permission on a unit's rows, as every call weighs it. */
export function WhyPage() {
  const units = useUnits()
  const permissions = useQuery(apiQuery(identity.permissions))
  const [person, setPerson] = useState<PersonRef[]>([])
  const [unit, setUnit] = useState<UnitRef[]>([])
  const [permission, setPermission] = useState<string>()
  return (
    <Page
      title="为什么能、为什么不能"
      sentence="选一个人、一件事和记录所在的单位，看权限从哪里来、缺什么、谁能给。每次查询都记入审计记录。"
      above={<GrantsNav />}
    >
      <div className="qt-form">
        <Field label="谁" required>
          {(control) => <PersonPicker control={control} value={person} search={searchPeople} onChange={setPerson} />}
        </Field>
        <Field label="要做什么" required>
          {({ status, ...control }) => (
            <Select
              {...control}
              status={status}
              showSearch={{ optionFilterProp: 'label' }}
              placeholder="选一项权限"
              value={permission}
              options={(permissions.data?.rows ?? []).map(({ name, title, module }) => ({
                value: name,
                label: `${module}：${title}`,
              }))}
              onChange={setPermission}
            />
          )}
        </Field>
        <Field label="记录所在的单位" required>
          {(control) => <UnitPicker control={control} value={unit} onChange={setUnit} {...units} />}
        </Field>
      </div>
      {person[0] && unit[0] && permission && (
        <Answer personId={person[0].id} unitId={unit[0].id} permission={permission} />
      )}
    </Page>
  )
}

function Answer(input: { personId: string; unitId: string; permission: string }) {
  const explanation = useQuery(apiQuery(identity.explainAccess, input))
  return (
    <section className="qt-block" aria-label="结论">
      <Await query={explanation}>
        {(answer) => (
          <>
            <p className="gr-verdict" role="status">
              <Light state={answer.allowed ? 'ok' : 'over'}>{answer.allowed ? '能' : '不能'}</Light>{' '}
              <b>{answer.verdict}</b>
            </p>
            {answer.chains.length > 0 && <Chains chains={answer.chains} />}
            {!answer.allowed && <Missing answer={answer} />}
          </>
        )}
      </Await>
    </section>
  )
}

function Chains({ chains }: { chains: Explanation['chains'] }) {
  return (
    <div className="qt-block">
      <h3>权限的来历</h3>
      <ol className="gr-items">
        {chains.map((chain) => (
          <li key={chain.text}>
            <div className="qt-row">
              <Light state={chain.reaches && chain.state === 'current' ? 'ok' : 'off'}>
                {chain.reaches && chain.state === 'current' ? '起作用' : '不起作用'}
              </Light>
              <b>{chain.roleTitle}</b>
              <Tag>{chain.scopeLabel}</Tag>
              {chain.lender && <Tag tone="primary">{chain.lender}委托</Tag>}
            </div>
            <p className="qt-small qt-second">{chain.text}</p>
          </li>
        ))}
      </ol>
    </div>
  )
}

function Missing({ answer }: { answer: Explanation }) {
  return (
    <div className="qt-block">
      <h3>缺什么，谁能给</h3>
      {answer.missing.map((text) => (
        <p key={text}>{text}</p>
      ))}
      <p className="qt-small qt-second">
        有这项权限的角色：{answer.roles.map(({ title }) => title).join('、') || '还没有'}
      </p>
      <p className="qt-small qt-second">可以找：{answer.granters.join('；')}</p>
    </div>
  )
}
