import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, ReasonButton, SidePanel } from '#ui'
import type { AppDetail } from '../contract.ts'
import { ApproveButton } from './ApproveButton.tsx'
import { apps } from './client.ts'
import { Registered } from './Registered.tsx'

interface Props {
  id: string
  name: string
  close: () => void
  /** what the list is about, above the registration */
  children?: ReactNode
}

/** The registration beside its list, with what the person may do now. */
export function RegisteredPanel({ id, name, close, children }: Props) {
  const detail = useQuery(apiQuery(apps.registered, { id }))
  return (
    <SidePanel title={name} onClose={close} actions={detail.data && <Actions app={detail.data} />}>
      {children}
      <Await query={detail}>{(app) => <Registered app={app} />}</Await>
    </SidePanel>
  )
}

function Actions({ app }: { app: AppDetail }) {
  const { can, content } = app
  const seen = { id: app.id, revision: app.revision }
  const check = useCommand(apps.check)
  const submit = useCommand(apps.submit)
  const recall = useCommand(apps.recall)
  const sendBack = useCommand(apps.sendBack)
  const suspend = useCommand(apps.suspend)
  const resume = useCommand(apps.resume)
  const retire = useCommand(apps.retire)
  return (
    <div className="ap-actions qt-noprint">
      {can.approve && <ApproveButton app={app} />}
      {can.submit && (
        <Button type="primary" loading={submit.isPending} onClick={() => submit.mutate(seen)}>
          送审
        </Button>
      )}
      {can.check && (
        <Button loading={check.isPending} onClick={() => check.mutate(seen)}>
          检测接口
        </Button>
      )}
      {can.edit && (
        <Link to="/apps/manage/$id/edit" params={{ id: app.id }}>
          <Button>{app.pending === null ? '变更' : '修改'}</Button>
        </Link>
      )}
      {can.secret && app.version > 0 && (
        <Link to="/apps/manage/$id/webhooks" params={{ id: app.id }}>
          <Button>事件订阅</Button>
        </Link>
      )}
      {can.recall && (
        <Button loading={recall.isPending} onClick={() => recall.mutate(seen)}>
          撤回送审
        </Button>
      )}
      {can.sendBack && (
        <ReasonButton
          verb="退回"
          name={content.name}
          label="原因"
          ok="退回应用"
          most={200}
          consequence="登记人会看到原因，修改后重新检测、送审。"
          onConfirm={(reason) => sendBack.mutateAsync({ ...seen, reason })}
        />
      )}
      {can.resume && (
        <Button loading={resume.isPending} onClick={() => resume.mutate(seen)}>
          恢复
        </Button>
      )}
      {can.suspend && (
        <ReasonButton
          verb="停用"
          name={content.name}
          label="原因"
          ok="停用应用"
          most={200}
          consequence="一秒内所有人退出这个应用，它的接口调用全部拒绝。以后可以恢复。"
          onConfirm={(reason) => suspend.mutateAsync({ ...seen, reason })}
        />
      )}
      {can.retire && (
        <ReasonButton
          verb="退役"
          name={content.name}
          label="原因"
          ok="退役应用"
          most={200}
          consequence="密钥、令牌和同意全部作废，登记留作记录，不能恢复。"
          onConfirm={(reason) => retire.mutateAsync({ ...seen, reason })}
        />
      )}
    </div>
  )
}
