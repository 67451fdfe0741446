import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { useRef, useState } from 'react'
import { useCommand } from '#kernel/web'
import { Field, format, Icon, Page, toast } from '#ui'
import { holderKinds } from '../contract.ts'
import { certificates } from './client.ts'
import { PemField } from './PemField.tsx'
import './certificates.css'

type HolderKind = keyof typeof holderKinds
const kinds = Object.entries(holderKinds).map(([value, label]) => ({ value: value as HolderKind, label }))

/** 导入: certificates of real authorities, and the lists of what they revoked. */
export function ImportPage() {
  return (
    <Page
      title="导入"
      sentence="导入不等于信任：信任哪个根，在“信任的根”里由系统管理员提出、安全管理员同意。"
      above={<Link to="/certificates">证书</Link>}
    >
      <ImportCertificates />
      <ImportList />
    </Page>
  )
}

function ImportCertificates() {
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [kind, setKind] = useState<HolderKind>('node')
  const send = useCommand(certificates.importCertificates, {
    onSuccess: ({ added, known }) => {
      toast.done(known > 0 ? `导入 ${added} 张，另有 ${known} 张早已有了` : `导入 ${added} 张证书`)
      void navigate({ to: '/certificates' })
    },
  })
  return (
    <section aria-label="证书" className="ce-import">
      <h2 className="qt-section">证书</h2>
      <PemField label="证书和证书链" value={text} onChange={setText} />
      <Field label="发给" help="签发机构的证书会自动认出来" required>
        {({ status, ...control }) => (
          <Select {...control} status={status} value={kind} options={kinds} onChange={setKind} />
        )}
      </Field>
      <p>
        <Button
          type="primary"
          disabled={text.trim() === ''}
          title={text.trim() === '' ? '请先粘贴证书或选择文件' : undefined}
          loading={send.isPending}
          onClick={() => send.mutate({ text, kind })}
        >
          导入证书
        </Button>
      </p>
    </section>
  )
}

function ImportList() {
  const file = useRef<HTMLInputElement>(null)
  const [last, setLast] = useState<string>()
  const queries = useQueryClient()
  const send = useMutation({
    mutationFn: (chosen: File) => certificates.importList({}, { file: chosen }),
    onSuccess: async ({ issuer, number, revoked, nextUpdate }) => {
      setLast(
        `已采用“${issuer}”的第 ${number} 份吊销列表，吊销 ${revoked} 张，${format.moment(nextUpdate)} 前要换新的。`,
      )
      await queries.invalidateQueries({ queryKey: certificates.anchors.key.slice(0, 1) })
    },
  })
  return (
    <section aria-label="吊销列表" className="ce-import">
      <h2 className="qt-section">吊销列表</h2>
      <p>外部签发机构的 .crl 文件。只采用受信任的签发机构自己签名的、比现有更新的一份。</p>
      <input
        ref={file}
        type="file"
        hidden
        accept=".crl,.pem,.der"
        aria-label="吊销列表文件"
        onChange={(event) => {
          const chosen = event.target.files?.[0]
          event.target.value = ''
          if (chosen) send.mutate(chosen)
        }}
      />
      <p>
        <Button icon={<Icon name="upload" size={16} />} loading={send.isPending} onClick={() => file.current?.click()}>
          选择吊销列表
        </Button>
      </p>
      <p role="status" className="qt-second">
        {last}
      </p>
    </section>
  )
}
