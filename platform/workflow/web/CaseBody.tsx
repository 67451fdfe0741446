import { Link } from '@tanstack/react-router'
import { useRef } from 'react'
import type { FormHandle } from '#platform/forms/web'
import { Await, type InboxBodyProps } from '#ui'
import type { CaseFile } from '../contract.ts'
import { ActBar } from './ActBar.tsx'
import { CaseContent, CaseHistory, CaseStanding, useCase } from './CaseParts.tsx'
import { CaseState } from './columns.tsx'
import './cases.css'

/** A case in the right pane of the inbox: what it is about, where it is, what happened, and what one may do with it. */
export function CaseBody({ reference, onDone }: Pick<InboxBodyProps, 'reference' | 'onDone'>) {
  const query = useCase(reference.split('/')[0] ?? '')
  return <Await query={query}>{(file) => <CaseInPane file={file} onDone={onDone} />}</Await>
}

function CaseInPane({ file, onDone }: { file: CaseFile; onDone: () => void }) {
  const form = useRef<FormHandle>(null)
  return (
    <>
      <div className="wf-pane">
        <span className="qt-row">
          <CaseState status={file.status} />
          {file.processName}
          <Link to="/cases/$id" params={{ id: file.id }}>
            打开整页
          </Link>
        </span>
        <CaseContent file={file} form={form} />
        <CaseStanding file={file} level={3} />
        <CaseHistory file={file} level={3} />
      </div>
      <ActBar key={file.mine?.slot ?? 'none'} file={file} form={form} onDone={onDone} />
    </>
  )
}
