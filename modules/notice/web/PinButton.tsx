import { Button, Input, Popover } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { Field, format } from '#ui'
import type { Notice } from '../contract.ts'
import { notices } from './client.ts'

/** Puts a notice on top of its readers' inboxes until a day, or takes it down. */
export function PinButton({ notice }: { notice: Notice }) {
  const [open, setOpen] = useState(false)
  const [until, setUntil] = useState('')
  const pin = useCommand(notices.pin, { onSuccess: () => setOpen(false) })
  const { id, revision, pinnedUntil } = notice
  if (pinnedUntil)
    return (
      <Button loading={pin.isPending} onClick={() => pin.mutate({ id, revision, until: null })}>
        取消置顶（至 {format.day(pinnedUntil)}）
      </Button>
    )
  return (
    <Popover
      trigger="click"
      open={open}
      onOpenChange={setOpen}
      content={
        <div className="nt-pin">
          <Field label="置顶到哪天" help="含当天，最多 30 天" required error={pin.error?.message}>
            {(control) => (
              <Input {...control} type="date" value={until} onChange={(event) => setUntil(event.target.value)} />
            )}
          </Field>
          <Button
            type="primary"
            disabled={until === ''}
            loading={pin.isPending}
            onClick={() => pin.mutate({ id, revision, until })}
          >
            置顶
          </Button>
        </div>
      }
    >
      <Button>置顶</Button>
    </Popover>
  )
}
