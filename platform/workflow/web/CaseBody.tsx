import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useRef } from 'react'
import { apiQuery, useRealtime } from '#kernel/web'
import type { FormHandle } from '#platform/forms/web'
import { Await, Facts, format, type InboxBodyProps } from '#ui'
import type { CaseFile } from '../contract.ts'
import { ActBar } from './ActBar.tsx'
import { CaseForm } from './CaseForm.tsx'
import { cases } from './client.ts'
import { CaseState } from './columns.tsx'
import { History } from './History.tsx'
import { Progress } from './Progress.tsx'
import './cases.css'

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** A case in the right pane of the inbox: what it is about, where it is, what happened, and what one may do with it. */
export function CaseBody({ reference, onDone }: Pick<InboxBodyProps, 'reference' | 'onDone'>) {
  const id = reference.split('/')[0] ?? ''
  const asked = apiQuery(cases.caseFile, { id })
  const query = useQuery(asked)
  const queries = useQueryClient()
  useRealtime('cases', () => queries.invalidateQueries({ queryKey: asked.queryKey }))
  return <Await query={query}>{(file) => <CaseInPane file={file} onDone={onDone} />}</Await>
}

function CaseInPane({ file, onDone }: { file: CaseFile; onDone: () => void }) {
  const form = useRef<FormHandle>(null)
  const { id, processName, status, starter, startedAt, endedAt, values, steps, history } = file
  return (
    <>
      <div className="wf-pane">
        <span className="qt-row">
          <CaseState status={status} />
          {processName}
          <Link to="/cases/$id" params={{ id }}>
            打开整页
          </Link>
        </span>
        <Facts
          rows={[
            ['申请人', `${starter.name}，${starter.unitName}`],
            ['发起时间', format.moment(startedAt)],
            ['办结时间', endedAt && format.moment(endedAt)],
            ...Object.entries(values).map(([name, value]) => [name, textOf(value)] as const),
          ]}
        />
        <CaseForm file={file} handle={form} />
        {steps.length > 0 && (
          <section aria-label="现在的环节">
            <h3 className="qt-section">现在的环节</h3>
            <Progress steps={steps} />
          </section>
        )}
        <section aria-label="办理经过">
          <h3 className="qt-section">办理经过</h3>
          <History events={history} />
        </section>
      </div>
      <ActBar key={file.mine?.slot ?? 'none'} file={file} form={form} onDone={onDone} />
    </>
  )
}
