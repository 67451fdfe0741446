import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Checkbox, Input } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { Field, Page, toast } from '#ui'
import { certificates } from './client.ts'
import { PemField } from './PemField.tsx'
import './certificates.css'

/** 提出信任的根: by the system administrator, with where the certificate comes from. */
export function AnchorFormPage() {
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [note, setNote] = useState('')
  const [needsList, setNeedsList] = useState(true)
  const propose = useCommand(certificates.proposeAnchor, {
    onSuccess: () => {
      toast.done('已提出，等安全管理员核对指纹后同意')
      void navigate({ to: '/certificates/anchors' })
    },
  })
  const ready = text.trim() !== '' && note.trim() !== ''
  return (
    <Page
      title="提出信任的根"
      sentence="信任一个根，就信任它直接和间接签发的所有证书。请从可靠的渠道取得，不要从要核验的文件里取。"
      above={<Link to="/certificates/anchors">信任的根</Link>}
    >
      <div className="ce-import">
        <PemField label="根证书" value={text} onChange={setText} />
        <Field label="来历与理由" help="安全管理员据此核对，如“某电子认证机构 2026 年 8 月来函所附”" required>
          {({ status, ...control }) => (
            <Input.TextArea
              {...control}
              status={status}
              rows={3}
              maxLength={300}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </Field>
        <Checkbox checked={needsList} onChange={(event) => setNeedsList(event.target.checked)}>
          没有有效的吊销列表时，不接受它签发的证书
        </Checkbox>
        <p>
          <Button
            type="primary"
            disabled={!ready}
            title={ready ? undefined : '请先给出根证书和理由'}
            loading={propose.isPending}
            onClick={() => propose.mutate({ text, note, needsList })}
          >
            提出，等待同意
          </Button>
        </p>
      </div>
    </Page>
  )
}
