import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { Field, useBackCloses } from '#ui'

interface Props {
  verb: string
  name: string
  /** what follows */
  consequence?: string
  /** the dialog closes when it resolves and stays when it throws */
  onConfirm: (reason: string) => Promise<unknown>
}

/** A decision against that owes a reason. */
export function ReasonButton({ verb, name, consequence, onConfirm }: Props) {
  const [reason, setReason] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [missing, setMissing] = useState(false)
  const close = () => setReason(undefined)
  useBackCloses(reason !== undefined, close)
  const confirm = async () => {
    const text = reason?.trim() ?? ''
    setMissing(text === '')
    if (text === '') return
    setBusy(true)
    try {
      await onConfirm(text)
      close()
    } catch {
      // the command has told why; what was written stays
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button danger onClick={() => setReason('')}>
        {verb}
      </Button>
      <Modal
        open={reason !== undefined}
        title={`${verb}“${name}”？`}
        okText={`${verb}这个根`}
        okButtonProps={{ danger: true, loading: busy }}
        cancelText="先不"
        onOk={() => void confirm()}
        onCancel={close}
      >
        {consequence && <p>{consequence}</p>}
        <Field label="理由" help="记录在案，提出人会看到" required error={missing ? '请写明理由。' : undefined}>
          {(control) => (
            <Input.TextArea
              {...control}
              value={reason}
              maxLength={300}
              autoSize={{ minRows: 3 }}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
      </Modal>
    </>
  )
}
