import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { Field } from './form/Field.tsx'
import { useBackCloses } from './use-back-closes.ts'

interface Props {
  /** what is done: 退回 */
  verb: string
  /** the name of the thing it is done to, as the list shows it */
  name: string
  /** what is asked */
  label?: string
  help?: string
  /** what follows */
  consequence?: string
  /** the words of the button that does it */
  ok?: string
  /** the fewest and the most letters of a reason, as the endpoint wants it */
  least?: number
  most?: number
  /** the dialog closes when it resolves and stays when it throws */
  onConfirm: (reason: string) => Promise<unknown>
}

/** An action that owes the others a reason: asked once, with the name of the thing in the question. */
export function ReasonButton({ verb, name, label = '理由', help, consequence, ok, ...more }: Props) {
  const { least = 1, most = 300, onConfirm } = more
  const [reason, setReason] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [missing, setMissing] = useState(false)
  const close = () => {
    setReason(undefined)
    setMissing(false)
  }
  useBackCloses(reason !== undefined, close)
  const confirm = async () => {
    const text = reason?.trim() ?? ''
    const tooShort = text.length < least
    setMissing(tooShort)
    if (tooShort) return
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
  const error = least > 1 ? `请写明原因，至少 ${least} 个字。` : '请写明原因。'
  return (
    <>
      <Button danger onClick={() => setReason('')}>
        {verb}
      </Button>
      <Modal
        open={reason !== undefined}
        title={`${verb}“${name}”？`}
        okText={ok ?? `确认${verb}`}
        okButtonProps={{ danger: true, loading: busy }}
        cancelText="先不"
        closable={!busy}
        onOk={() => void confirm()}
        onCancel={close}
      >
        {consequence && <p>{consequence}</p>}
        <Field label={label} help={help} required error={missing ? error : undefined}>
          {(control) => (
            <Input.TextArea
              {...control}
              value={reason}
              maxLength={most}
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
