import { Link, useParams } from '@tanstack/react-router'
import { Button, Space } from 'antd'
import { useRef } from 'react'
import type { FormHandle } from '#platform/forms/web'
import { Await, Icon, Page } from '#ui'
import type { CaseFile } from '../contract.ts'
import { ActBar } from './ActBar.tsx'
import { AdminActs } from './administration/AdminActs.tsx'
import { CaseContent, CaseHistory, CaseStanding, useCase } from './CaseParts.tsx'
import { cases } from './client.ts'
import { CaseState } from './columns.tsx'
import { Tracking } from './tracking/Tracking.tsx'
import './cases.css'

/** 办件: what it is about, where it is, what happened, and what one may do with it now. */
export function CasePage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const query = useCase(id)
  return <Await query={query}>{(file) => <Case file={file} />}</Await>
}

/** On paper as a PDF, or to go on with in Word and WPS. */
const PrintSheet = ({ id }: { id: string }) => (
  <Space.Compact>
    <Button href={cases.caseSheet.url({ id, format: 'pdf' })} icon={<Icon name="download" size={16} />} download>
      签批单
    </Button>
    <Button href={cases.caseSheet.url({ id, format: 'docx' })} aria-label="签批单，Word 格式" download>
      Word
    </Button>
  </Space.Compact>
)

function Case({ file }: { file: CaseFile }) {
  const form = useRef<FormHandle>(null)
  const { title, processName, version, status } = file
  return (
    <Page
      title={title}
      watermark
      actions={<PrintSheet id={file.id} />}
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
