import { Button, Modal, Radio, Tooltip } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { useBackCloses } from '#ui'
import { type CertificateDetail, revocationReasons } from '../contract.ts'
import { certificates } from './client.ts'

type Reason = keyof typeof revocationReasons
const reasons = Object.entries(revocationReasons) as [Reason, string][]

/** Asks once, with the name and the reason; cannot be undone. */
export function RevokeButton({ it }: { it: CertificateDetail }) {
  const [open, setOpen] = useState(false)
  const [reason, setReason] = useState<Reason>()
  const revoke = useCommand(certificates.revoke, { onSuccess: () => setOpen(false) })
  useBackCloses(open, () => setOpen(false))
  return (
    <>
      <Tooltip title={it.can.revoke}>
        <Button danger disabled={it.can.revoke !== null} onClick={() => setOpen(true)}>
          吊销
        </Button>
      </Tooltip>
      <Modal
        open={open}
        title={`吊销“${it.holderName}”的证书？`}
        okText="吊销这张证书"
        okButtonProps={{ danger: true, disabled: !reason, loading: revoke.isPending }}
        cancelText="先不"
        onOk={() => reason && revoke.mutate({ id: it.id, reason })}
        onCancel={() => setOpen(false)}
      >
        <p>吊销后马上失效，不能恢复；此前的签名仍然有效。需要继续使用的，请另签发一张。</p>
        <Radio.Group
          aria-label="吊销原因"
          className="ce-reasons"
          value={reason}
          onChange={(event) => setReason(event.target.value as Reason)}
        >
          {reasons.map(([value, label]) => (
            <Radio key={value} value={value}>
              {label}
            </Radio>
          ))}
        </Radio.Group>
      </Modal>
    </>
  )
}
