import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useRef } from 'react'
import { apiQuery, useRealtime } from '#kernel/web'
import type { FormHandle } from '#platform/forms/web'
import { Await, Facts, format, Page } from '#ui'
import type { CaseFile } from '../contract.ts'
import { ActBar } from './ActBar.tsx'
import { AdminActs } from './AdminActs.tsx'
import { CaseForm } from './CaseForm.tsx'
import { cases } from './client.ts'
import { CaseState } from './columns.tsx'
import { History } from './History.tsx'
import { Progress } from './Progress.tsx'
import { Tracking } from './tracking/Tracking.tsx'
import './cases.css'

/** 办件: what it is about, where it is, what happened, and what one may do with it now. */
export function CasePage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const asked = apiQuery(cases.caseFile, { id })
  const query = useQuery(asked)
  const queries = useQueryClient()
  const lookAgain = () => queries.invalidateQueries({ queryKey: asked.queryKey })
  useRealtime('cases', lookAgain)
  useRealtime('tasks', lookAgain)
  return <Await query={query}>{(file) => <Case file={file} />}</Await>
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

function Case({ file }: { file: CaseFile }) {
  const form = useRef<FormHandle>(null)
  const { title, processName, version, status, starter, startedAt, endedAt, steps, history, values } = file
  return (
    <Page
      title={title}
      watermark
      above={<Link to="/cases">办件</Link>}
      sentence={
        <span className="qt-row">
          <CaseState status={status} />
          {processName}，第 {version} 版
        </span>
      }
    >
      <div className="wf-case">
        <div className="wf-main">
          <section aria-label="申报内容">
            <h2 className="qt-section">申报内容</h2>
            <Facts
              rows={[
                ['申请人', `${starter.name}，${starter.unitName}`],
                ['发起时间', format.moment(startedAt)],
                ['办结时间', endedAt && format.moment(endedAt)],
                ...Object.entries(values).map(([name, value]) => [name, textOf(value)] as const),
              ]}
            />
            <CaseForm file={file} handle={form} />
          </section>
          {steps.length > 0 && (
            <section aria-label="现在的环节">
              <h2 className="qt-section">现在的环节</h2>
              <Progress steps={steps} />
            </section>
          )}
          {file.can.administer && <AdminActs file={file} />}
        </div>
        <section className="wf-side" aria-label="办理经过">
          <h2 className="qt-section">办理经过</h2>
          <History events={history} />
        </section>
      </div>
      <Tracking id={file.id} rev={file.rev} />
      <ActBar key={file.mine?.slot ?? 'none'} file={file} form={form} />
    </Page>
  )
}
