import { Button, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { Field, toast } from '#ui'
import { type AdminPersonRow, BulkChange, type BulkRow } from '../../contract.ts'
import { directory } from '../client.ts'
import { BulkValue, changes, type Kind } from './BulkValue.tsx'
import { options } from './words.ts'

const helps: Partial<Record<Kind, string>> = {
  'post-sort': '从这个数起，按所选顺序每条加 10',
  'post-title': '留空就是清空',
  'post-charge': '留空就是清空',
  'post-phone': '留空就是清空',
  'post-room': '留空就是清空',
}

/** The same change to every selected post: looked at first, row by row, and refused when a row has changed meanwhile. */
export function BulkDialog({ posts, onClose }: { posts: readonly AdminPersonRow[]; onClose: () => void }) {
  const [kind, setKind] = useState<Kind>('post-unit')
  const [value, setValue] = useState('')
  const [unit, setUnit] = useState<{ id: string; name: string }[]>([])
  const [reason, setReason] = useState('')
  const [fault, setFault] = useState('')
  const preview = useCommand(directory.previewBulk, { invalidates: [] })
  const apply = useCommand(directory.applyBulk, {
    onSuccess: ({ changed }) => {
      toast.done(`已修改 ${changed} 条任职`)
      onClose()
    },
  })
  const selection = { ids: posts.map(({ postId }) => postId) }
  const asked =
    kind === 'post-unit'
      ? { kind, unitId: unit[0]?.id }
      : kind === 'post-sort'
        ? { kind, from: Number(value), step: 10 }
        : { kind, value }
  const change = BulkChange.safeParse(asked)
  const shown = preview.data
  const touch = () => {
    preview.reset()
    setFault('')
  }
  const look = () => {
    if (!change.success || (kind === 'post-sort' && value === '')) return setFault(`请填写新的${changes[kind]}。`)
    preview.mutate({ change: change.data, selection })
  }
  const send = () => {
    if (shown && change.success)
      apply.mutate({ change: change.data, selection, token: shown.token, reason: reason.trim() || undefined })
  }
  const canApply = shown !== undefined && shown.faults === 0 && shown.changed > 0
  return (
    <Modal
      open
      width={720}
      title={`批量修改 ${posts.length} 条任职`}
      onCancel={onClose}
      footer={
        <>
          <Button onClick={onClose}>先不改</Button>
          {canApply ? (
            <Button type="primary" loading={apply.isPending} onClick={send}>
              修改 {shown.changed} 条
            </Button>
          ) : (
            <Button type="primary" loading={preview.isPending} onClick={look}>
              预览
            </Button>
          )}
        </>
      }
    >
      <div className="qt-fields">
        <Field label="改什么" required>
          {({ status, ...control }) => (
            <Select
              {...control}
              status={status}
              style={{ width: '100%' }}
              value={kind}
              options={options(changes)}
              onChange={(next) => {
                setKind(next)
                setValue('')
                touch()
              }}
            />
          )}
        </Field>
        <Field label={`新的${changes[kind]}`} required error={fault} help={helps[kind]}>
          {(control) => (
            <BulkValue
              kind={kind}
              control={control}
              value={value}
              unit={unit}
              onValue={(next) => {
                setValue(next)
                touch()
              }}
              onUnit={(next) => {
                setUnit(next)
                touch()
              }}
            />
          )}
        </Field>
        {shown && <Preview rows={shown.rows} changed={shown.changed} faults={shown.faults} />}
        {canApply && (
          <Field label="修改原因">
            {(control) => (
              <Input {...control} maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />
            )}
          </Field>
        )}
      </div>
    </Modal>
  )
}

function Preview({ rows, changed, faults }: { rows: readonly BulkRow[]; changed: number; faults: number }) {
  return (
    <section aria-label="预览">
      <p role="status">
        {faults > 0
          ? `有 ${faults} 条不能这样改，请回到列表去掉这些条再改。`
          : changed === 0
            ? '所选各条已经是这样，没有要改的。'
            : `将修改 ${changed} 条。`}
      </p>
      <div className="oa-scroll">
        <table className="oa-table">
          <thead>
            <tr>
              <th scope="col">人员</th>
              <th scope="col">改前</th>
              <th scope="col">改后</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <td>
                  {row.label}
                  <p className="qt-tiny qt-quiet">{row.unitName}</p>
                </td>
                <td>{row.before || '未填'}</td>
                <td>{row.error ? <span className="oa-fault">{row.error}</span> : row.after || '未填'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
