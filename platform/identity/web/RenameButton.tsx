import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { Field } from '#ui'

/** A name of one's own for a device or a passkey. */
export function RenameButton({ name, onRename }: { name: string; onRename: (name: string) => Promise<unknown> }) {
  const [text, setText] = useState<string>()
  const [busy, setBusy] = useState(false)
  const save = async () => {
    setBusy(true)
    try {
      await onRename(text!.trim())
      setText(undefined)
    } catch {
      // the command has told why; what was typed stays
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button onClick={() => setText(name)}>改名</Button>
      <Modal
        open={text !== undefined}
        title={`给“${name}”改名`}
        okText="保存名字"
        okButtonProps={{ loading: busy, disabled: !text?.trim() }}
        cancelText="先不"
        onOk={() => void save()}
        onCancel={() => setText(undefined)}
      >
        <Field label="名字" required>
          {(control) => (
            <Input {...control} maxLength={60} value={text} onChange={(event) => setText(event.target.value)} />
          )}
        </Field>
      </Modal>
    </>
  )
}
