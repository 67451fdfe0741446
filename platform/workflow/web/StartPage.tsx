import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { z } from 'zod'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, EmptyState, type FormField, Page, RecordForm, useUrlState } from '#ui'
import type { CaseFile, Process } from '../contract.ts'
import { cases } from './client.ts'
import { answerOf } from './words.ts'
import './cases.css'

const DEFAULTS = { process: '' }
const urgencies = { normal: '一般', urgent: '急件', 'most-urgent': '特急' } as const

/** 发起办件: which process, then what it is about. */
export function StartPage() {
  const [{ process }, change] = useUrlState(DEFAULTS)
  const query = useQuery(apiQuery(cases.processes, { limit: 200 }))
  return (
    <Await query={query}>
      {({ rows }) => {
        const chosen = rows.find(({ key }) => key === process)
        return chosen ? (
          <StartForm process={chosen} />
        ) : (
          <Choose rows={rows} choose={(key) => change({ process: key }, { push: true })} />
        )
      }}
    </Await>
  )
}

function Choose({ rows, choose }: { rows: Process[]; choose: (key: string) => void }) {
  return (
    <Page title="发起办件" sentence="先选要走的流程。" above={<Link to="/cases">办件</Link>}>
      {rows.length === 0 ? (
        <EmptyState icon="flow" title="没有可以发起的流程" detail="流程由单位管理员发布。需要时请联系本单位管理员。" />
      ) : (
        <ul className="wf-processes">
          {rows.map(({ key, name, unitName, version }) => (
            <li key={key}>
              <button type="button" onClick={() => choose(key)}>
                <b>{name}</b>
                <span className="qt-small qt-second">
                  {unitName}，第 {version} 版
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}

const fieldsOf = (asks: readonly string[]): FormField[] =>
  asks.map((name, index) => ({ name: `ask${index}`, label: name, kind: 'text' as const, help: '流程按它决定怎么走' }))
const Answer = z.string().trim().min(1, '请填写。').max(200, '最多 200 个字。')

function StartForm({ process }: { process: Process }) {
  const navigate = useNavigate()
  const start = useCommand(cases.start, { quiet: true })
  // The questions of a process are known when it is opened, not when this is compiled.
  const shape: Record<string, z.ZodType> = {
    title: z.string().trim().min(1, '请填写标题。').max(200, '标题最多 200 个字。'),
    urgency: z.enum(['normal', 'urgent', 'most-urgent']),
    note: z.string().trim().max(2000, '说明最多 2,000 个字。').optional(),
    ...Object.fromEntries(process.asks.map((_, index) => [`ask${index}`, Answer])),
  }
  const submit = (input: Record<string, unknown>): Promise<CaseFile> => {
    const text = (name: string) => String(input[name] ?? '')
    const values = Object.fromEntries(process.asks.map((name, index) => [name, answerOf(text(`ask${index}`))]))
    const note = text('note')
    return start.mutateAsync({
      process: process.key,
      title: text('title'),
      urgency: text('urgency') as keyof typeof urgencies,
      values: { ...values, ...(note && { 说明: note }) },
    })
  }
  return (
    <Page
      title={process.name}
      sentence={`${process.unitName}发布，第 ${process.version} 版。`}
      above={<Link to="/cases/new">发起办件</Link>}
    >
      <RecordForm
        id={`workflow.start.${process.key}`}
        schema={z.object(shape)}
        submitLabel="发起"
        initial={{ urgency: 'normal' }}
        onSubmit={submit}
        onDone={(file) => void navigate({ to: '/cases/$id', params: { id: file.id } })}
        groups={[
          {
            title: '内容',
            fields: [
              { name: 'title', label: '标题', kind: 'text', maxLength: 200 },
              ...fieldsOf(process.asks),
              { name: 'note', label: '说明', kind: 'longText', rows: 5, maxLength: 2000 },
              {
                name: 'urgency',
                label: '紧急程度',
                kind: 'select',
                options: Object.entries(urgencies).map(([value, label]) => ({ value, label })),
              },
            ],
          },
        ]}
      />
    </Page>
  )
}
