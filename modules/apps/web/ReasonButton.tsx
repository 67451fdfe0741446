import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { Field } from '#ui'

interface Props {
  verb: string
  name: string
  consequence: string
  /** the dialog closes when it resolves and stays when it throws */
  onConfirm: (reason: string) => Promise<unknown>
}

/** A dangerous action that owes the others a reason. */
export function ReasonButton({ verb, name, consequence, onConfirm }: Props) {
  const [reason, setReason] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [missing, setMissing] = useState(false)
  const confirm = async () => {
    const text = reason?.trim() ?? ''
    setMissing(text === '')
    if (text === '') return
    setBusy(true)
    try {
      await onConfirm(text)
      setReason(undefined)
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
        okText={`${verb}应用`}
        okButtonProps={{ danger: true, loading: busy }}
        cancelText="先不"
        onOk={() => void confirm()}
        onCancel={() => setReason(undefined)}
      >
        <p>{consequence}</p>
        <Field label="原因" required error={missing ? '请写明原因。' : undefined}>
          {(control) => (
            <Input.TextArea
              {...control}
              value={reason}
              maxLength={200}
              showCount
              autoSize={{ minRows: 3 }}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
      </Modal>
    </>
  )
}
