import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, ConfirmButton, EmptyState, format, Icon, Page, toast } from '#ui'
import { type Webhook, webhookTypes } from '../contract.ts'
import { apps } from './client.ts'
import { SecretModal } from './SecretModal.tsx'
import { WebhookLight } from './WebhookLight.tsx'
import './apps.css'

/** 事件订阅: where an application is told of what happened. */
export function WebhooksPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const webhooks = useQuery(apiQuery(apps.webhooks, { id }))
  const add = (
    <Link to="/apps/manage/$id/webhooks/new" params={{ id }}>
      <Button type="primary" icon={<Icon name="plus" size={16} />}>
        新增订阅
      </Button>
    </Link>
  )
  const rows = webhooks.data?.rows ?? []
  return (
    <Page
      title={webhooks.data ? `${webhooks.data.name}的事件订阅` : '事件订阅'}
      sentence="待办办结、通讯录变化、应用停用时，平台把签过名的事件发到这里；送不到的隔一会儿再发，一天多以后列入未送达。"
      above={<Link to="/apps/manage">应用登记</Link>}
      actions={rows.length > 0 && add}
    >
      <Await query={webhooks}>
        {(data) =>
          data.rows.length === 0 ? (
            <EmptyState
              icon="bell"
              title="还没有订阅"
              detail="订阅后，应用不必反复来查，待办一办结就会收到结果。"
              action={add}
            />
          ) : (
            data.rows.map((webhook) => <Subscription key={webhook.id} applicationId={id} webhook={webhook} />)
          )
        }
      </Await>
    </Page>
  )
}

function Subscription({ applicationId, webhook }: { applicationId: string; webhook: Webhook }) {
  const params = { id: applicationId, hook: webhook.id }
  return (
    <section className="ap-client" aria-label={webhook.url}>
      <code>{webhook.url}</code>
      <WebhookLight {...webhook} />
      <p className="qt-small qt-second">{webhook.types.map((type) => webhookTypes[type]).join('、')}</p>
      <p className="qt-row qt-small">
        <Link to="/apps/manage/$id/webhooks/$hook/deliveries" params={params} search={{ state: 'waiting' }}>
          待送达 {format.number(webhook.waiting)} 条
        </Link>
        <Link to="/apps/manage/$id/webhooks/$hook/deliveries" params={params} search={{ state: 'dead' }}>
          未送达 {format.number(webhook.dead)} 条
        </Link>
        <Link to="/apps/manage/$id/webhooks/$hook/deliveries" params={params}>
          全部送达情况
        </Link>
        {webhook.lastOkAt && <span className="qt-second">最近送达 {format.moment(webhook.lastOkAt)}</span>}
      </p>
      <Actions applicationId={applicationId} webhook={webhook} />
    </section>
  )
}

function Actions({ applicationId, webhook }: { applicationId: string; webhook: Webhook }) {
  const { id, url, types, revision, state } = webhook
  const [made, setMade] = useState<string>()
  const ping = useCommand(apps.pingWebhook, { onSuccess: () => toast.done('测试事件已发出，结果在“全部送达情况”里。') })
  const edit = useCommand(apps.editWebhook)
  const renew = useCommand(apps.renewWebhookSecret, { onSuccess: ({ secret }) => setMade(secret) })
  const remove = useCommand(apps.removeWebhook)
  const active = state === 'active'
  const turn = () => edit.mutate({ id, url, types, revision, state: active ? 'paused' : 'active' })
  return (
    <div className="ap-actions qt-noprint">
      {active && (
        <Button loading={ping.isPending} onClick={() => ping.mutate({ id })}>
          发送测试事件
        </Button>
      )}
      <Link to="/apps/manage/$id/webhooks/$hook" params={{ id: applicationId, hook: id }}>
        <Button>修改</Button>
      </Link>
      <Button loading={edit.isPending} onClick={turn}>
        {active ? '暂停' : '启用'}
      </Button>
      <Button loading={renew.isPending} onClick={() => renew.mutate({ id, revision })}>
        更换密钥
      </Button>
      <ConfirmButton
        verb="删除"
        name={url}
        consequence="还没有送达的事件一并删除，不能恢复。"
        onConfirm={() => remove.mutateAsync({ id, revision })}
      />
      <SecretModal
        secret={made}
        title="签名密钥只显示这一次"
        note="旧密钥 24 小时内同时签名，请尽快换上新的。"
        onClose={() => setMade(undefined)}
      />
    </div>
  )
}
