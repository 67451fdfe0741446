import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { type Column, DataTable, type Filter, format, Light, Page, Tag, useCan } from '#ui'
import { type CertificateRow, certificateKinds, certificateStates, uses } from '../contract.ts'
import { CertificatePanel } from './CertificatePanel.tsx'
import { CertificatesNav } from './CertificatesNav.tsx'
import { certificates } from './client.ts'
import { lightOf } from './words.ts'

const light = (row: CertificateRow) => {
  const [state, text] = lightOf(row)
  return <Light state={state}>{text}</Light>
}
const kind = (row: CertificateRow) => <Tag>{certificateKinds[row.kind]}</Tag>

const columns: Column<CertificateRow>[] = [
  { key: 'holder', title: '持有者', width: 240, render: (row) => row.holderName },
  { key: 'subject', title: '主体名称', render: (row) => <span className="qt-second">{row.subject}</span> },
  { key: 'kind', title: '发给', width: 104, render: kind },
  { key: 'use', title: '用途', width: 72, render: (row) => uses[row.use] },
  { key: 'state', title: '状态', width: 128, render: light },
  { key: 'notAfter', title: '到期', width: 136, render: (row) => format.day(row.notAfter.slice(0, 10)) },
  { key: 'source', title: '来源', width: 96, render: (row) => (row.source === 'issued' ? '本系统签发' : '导入') },
  {
    key: 'serial',
    title: '序列号',
    width: 300,
    optional: true,
    render: (row) => <code className="ce-code">{row.serial}</code>,
  },
]
const options = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }))
const filters: Filter[] = [
  { name: 'state', label: '状态', kind: 'select', options: options({ expiring: '30 天内到期', ...certificateStates }) },
  { name: 'kind', label: '发给', kind: 'select', options: options(certificateKinds) },
]

/** 证书: all that were issued here or brought in. */
export function CertificatesPage() {
  const manage = useCan()('certificates:manage')
  return (
    <Page
      flush
      title="证书"
      sentence="人员、单位、节点和应用的国密证书。吊销后马上失效。"
      above={<CertificatesNav />}
      actions={
        manage && (
          <>
            <Link to="/certificates/import">
              <Button>导入</Button>
            </Link>
            <Link to="/certificates/issue">
              <Button type="primary">签发证书</Button>
            </Link>
          </>
        )
      }
    >
      <DataTable
        id="certificates"
        call={certificates.list}
        rowKey={(row) => row.id}
        rowName={(row) => `${row.holderName}的${uses[row.use]}证书`}
        columns={columns}
        filters={filters}
        searchLabel="搜持有者（从头写起）或序列号"
        measure="张"
        empty={{ title: '没有这样的证书', detail: '换个条件再找；持有者要从第一个字写起。' }}
        panel={(row, close) => <CertificatePanel key={row.id} row={row} close={close} />}
        card={(row) => (
          <>
            <b>{row.holderName}</b>
            <p className="qt-row qt-small qt-second">
              {light(row)}
              {kind(row)}
              {uses[row.use]}证书
            </p>
            <p className="qt-small qt-quiet">{format.day(row.notAfter.slice(0, 10))}到期</p>
          </>
        )}
      />
    </Page>
  )
}
