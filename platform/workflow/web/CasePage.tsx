import { Link, useParams } from '@tanstack/react-router'
import { useRef } from 'react'
import type { FormHandle } from '#platform/forms/web'
import { Await, Page } from '#ui'
import type { CaseFile } from '../contract.ts'
import { ActBar } from './ActBar.tsx'
import { AdminActs } from './administration/AdminActs.tsx'
import { CaseContent, CaseHistory, CaseStanding, useCase } from './CaseParts.tsx'
import { CaseState } from './columns.tsx'
import { Tracking } from './tracking/Tracking.tsx'
import './cases.css'

/** 办件: what it is about, where it is, what happened, and what one may do with it now. */
export function CasePage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCase(id)
  return <Await query={query}>{(file) => <Case file={file} />}</Await>
}

function Case({ file }: { file: CaseFile }) {
  const form = useRef<FormHandle>(null)
  const { title, processName, version, status } = file
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
            <CaseContent file={file} form={form} />
          </section>
          <CaseStanding file={file} level={2} />
          {file.can.administer && <AdminActs file={file} level={2} />}
        </div>
        <CaseHistory file={file} level={2} />
      </div>
      <Tracking id={file.id} rev={file.rev} />
      <ActBar key={file.mine?.slot ?? 'none'} file={file} form={form} />
    </Page>
  )
}
