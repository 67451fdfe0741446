import { Button, Input, Modal, Radio, Select } from 'antd'
import { useState } from 'react'
import { Field, useBackCloses } from '#ui'
import type { Act, CaseFile } from '../contract.ts'

type Mine = NonNullable<CaseFile['mine']>
const modeOptions = [
  { value: 'straight', label: '改好后直接交回给我' },
  { value: 'redo', label: '从那一步起逐级重办' },
]

interface Props {
  mine: Mine
  opinion: string
  give: (act: Act, opinion?: string) => Promise<unknown>
}

/** 退回: to which step, how it comes again, and why. */
export function SendBack({ mine, opinion, give }: Props) {
  const [open, setOpen] = useState(false)
  const [to, setTo] = useState(mine.sendBackTo.at(-1)?.node ?? '')
  const [mode, setMode] = useState<'redo' | 'straight'>(mine.sendBackMode === 'redo' ? 'redo' : 'straight')
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const [busy, setBusy] = useState(false)
  const close = () => setOpen(false)
  useBackCloses(open, close)
  const confirm = async () => {
    setMissing(!reason.trim())
    if (!reason.trim()) return
    setBusy(true)
    try {
      await give({ do: 'send-back', slot: mine.slot, to, mode }, reason.trim())
      close()
    } catch {
      // the command has told why; what was written stays
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button
        danger
        onClick={() => {
          setReason(opinion)
          setOpen(true)
        }}
      >
        退回
      </Button>
      <Modal
        open={open}
        title="退回"
        okText="确认退回"
        okButtonProps={{ danger: true, loading: busy }}
        cancelText="先不"
        onOk={() => void confirm()}
        onCancel={close}
      >
        <Field label="退回到">
          {(control) => (
            <Select
              {...control}
              value={to}
              onChange={setTo}
              options={mine.sendBackTo.map(({ node, name }) => ({ value: node, label: name }))}
            />
          )}
        </Field>
        {mine.sendBackMode === 'choose' && (
          <Field label="改好以后">
            {(control) => (
              <Radio.Group
                {...control}
                value={mode}
                options={modeOptions}
                onChange={(event) => setMode(event.target.value as 'redo' | 'straight')}
              />
            )}
          </Field>
        )}
        <Field label="要修改什么" required error={missing ? '请写明要修改什么。' : undefined}>
          {(control) => (
            <Input.TextArea
              {...control}
              value={reason}
              maxLength={2000}
              autoSize={{ minRows: 3 }}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
      </Modal>
    </>
  )
}
