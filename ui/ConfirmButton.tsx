import { Button, type ButtonProps, Modal, Tooltip } from 'antd'
import { type ReactNode, useState } from 'react'
import { useBackCloses } from './use-back-closes.ts'

interface Props {
  /** what is done: 删除 */
  verb: string
  /** the name of the thing it is done to, as the list shows it */
  name: string
  /** what follows and whether it can be undone */
  consequence?: ReactNode
  /** why it is not possible now; the button then stays, disabled, and says so */
  reason?: string
  /** the dialog closes when it resolves and stays when it throws */
  onConfirm: () => Promise<unknown> | unknown
  size?: ButtonProps['size']
}

/** A destructive action: asked once, with the name of the thing in the question and on the button. */
export function ConfirmButton({ verb, name, consequence, reason, onConfirm, size }: Props) {
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  useBackCloses(open, () => setOpen(false))
  const confirm = async () => {
    setBusy(true)
    try {
      await onConfirm()
      setOpen(false)
    } catch {
      // the command has told why; the question stays open for another try
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Tooltip title={reason}>
        <Button danger size={size} disabled={reason !== undefined} onClick={() => setOpen(true)}>
          {verb}
        </Button>
      </Tooltip>
      <Modal
        open={open}
        title={`${verb}“${name}”？`}
        okText={`${verb}“${shorten(name)}”`}
        okButtonProps={{ danger: true, loading: busy }}
        cancelText="先不"
        closable={!busy}
        onOk={() => void confirm()}
        onCancel={() => setOpen(false)}
      >
        {consequence}
      </Modal>
    </>
  )
}

const LONGEST = 12
/** A name that fits a button. */
export const shorten = (name: string): string => {
  const letters = [...name]
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : name
}
