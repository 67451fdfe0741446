import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useCommand } from '#kernel/web'
import { ConfirmButton, ReasonButton, toast } from '#ui'
import type { Notice } from '../contract.ts'
import { notices } from './client.ts'
import { PinButton } from './PinButton.tsx'

export const hasActions = ({ can }: Notice): boolean => can.edit || can.publish || can.withdraw

/** What the person may do with the notice now: the server says it in `can`, and decides again. */
export function NoticeActions({ notice, onRemoved }: { notice: Notice; onRemoved: () => void }) {
  const { can } = notice
  const seen = { id: notice.id, revision: notice.revision }
  const submit = useCommand(notices.submit)
  const publish = useCommand(notices.publish, {
    onSuccess: ({ audience }) => toast.done(`通知已发布给 ${audience.length} 个单位。`),
  })
  const sendBack = useCommand(notices.sendBack)
  const withdraw = useCommand(notices.withdraw)
  const remove = useCommand(notices.remove, { onSuccess: onRemoved })
  if (!hasActions(notice)) return null
  return (
    <div className="nt-actions qt-noprint">
      {can.submit && (
        <Button type="primary" loading={submit.isPending} onClick={() => submit.mutate(seen)}>
          送审
        </Button>
      )}
      {can.publish && (
        <Button type="primary" loading={publish.isPending} onClick={() => publish.mutate(seen)}>
          发布
        </Button>
      )}
      {can.edit && (
        <Link to="/notices/$id/edit" params={{ id: notice.id }}>
          <Button>修改</Button>
        </Link>
      )}
      {can.pin && <PinButton notice={notice} />}
      <span className="qt-grow" />
      {can.sendBack && (
        <ReasonButton
          verb="退回"
          name={notice.title}
          label="要修改什么"
          ok="退回通知"
          most={200}
          onConfirm={(reason) => sendBack.mutateAsync({ ...seen, reason })}
        />
      )}
      {can.withdraw && (
        <ReasonButton
          verb="撤回"
          name={notice.title}
          label="为什么撤回（读者会看到）"
          ok="撤回通知"
          most={200}
          onConfirm={(reason) => withdraw.mutateAsync({ ...seen, reason })}
        />
      )}
      {can.remove && (
        <ConfirmButton
          verb="删除"
          name={notice.title}
          consequence="草稿和它的附件会一起删除，不能恢复。"
          onConfirm={() => remove.mutateAsync(seen)}
        />
      )}
    </div>
  )
}
