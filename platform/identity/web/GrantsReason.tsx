import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { Field } from '#ui'

interface Props {
  verb: string
  /** what it is done to, as the list shows it */
  name: string
  /** what is asked */
  label: string
  danger?: boolean
  /** the dialog closes when it resolves and stays when it throws */
  onConfirm: (reason: string) => Promise<unknown>
}

/** An action on somebody's powers: named once more, and with a reason that stays on record. */
export function GrantsReason({ verb, name, label, danger = true, onConfirm }: Props) {
  const [reason, setReason] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [missing, setMissing] = useState(false)
  const confirm = async () => {
    const text = reason?.trim() ?? ''
    setMissing(text.length < 2)
    if (text.length < 2) return
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
      <Button danger={danger} onClick={() => setReason('')}>
        {verb}
      </Button>
      <Modal
        open={reason !== undefined}
        title={`${verb}“${name}”？`}
        okText={`确认${verb}`}
        okButtonProps={{ danger, loading: busy }}
        cancelText="先不"
        onOk={() => void confirm()}
        onCancel={() => setReason(undefined)}
      >
        <Field label={label} required error={missing ? '请写明理由，至少两个字。' : undefined}>
          {(control) => (
            <Input.TextArea
              {...control}
              value={reason}
              maxLength={500}
              autoSize={{ minRows: 3 }}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
      </Modal>
    </>
  )
}
