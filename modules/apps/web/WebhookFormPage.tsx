import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, EmptyState, Page, RecordForm } from '#ui'
import { type Webhook, WebhookContent, webhookTypes } from '../contract.ts'
import { apps } from './client.ts'
import { SecretModal } from './SecretModal.tsx'

/** A new subscription, or one that is changed; a new one shows its secret, this once. */
export function WebhookFormPage() {
  const { id, hook } = useParams({ strict: false }) as { id: string; hook?: string }
  const webhooks = useQuery(apiQuery(apps.webhooks, { id }))
  return (
    <Page
      title={hook ? '修改事件订阅' : '新增事件订阅'}
      sentence="地址要在应用正式环境登记过的域名上；选了哪些事件就送哪些。"
      above={
        <Link to="/apps/manage/$id/webhooks" params={{ id }}>
          事件订阅
        </Link>
      }
    >
      <Await query={webhooks}>
        {({ rows, origins }) => {
          const webhook = rows.find((row) => row.id === hook)
          if (hook && !webhook)
            return <EmptyState title="没有找到这个订阅" detail="可能已被删除，请回到事件订阅再看。" />
          return <Form key={webhook?.revision} applicationId={id} webhook={webhook} origins={origins} />
        }}
      </Await>
    </Page>
  )
}

interface FormProps {
  applicationId: string
  webhook: Webhook | undefined
  origins: readonly string[]
}
function Form({ applicationId, webhook, origins }: FormProps) {
  const navigate = useNavigate()
  const [made, setMade] = useState<string>()
  const create = useCommand(apps.createWebhook, { quiet: true })
  const edit = useCommand(apps.editWebhook, { quiet: true })
  const back = () => void navigate({ to: '/apps/manage/$id/webhooks', params: { id: applicationId } })
  const save = async (content: WebhookContent): Promise<string | undefined> => {
    if (!webhook) return (await create.mutateAsync({ id: applicationId, ...content })).secret
    // one that was switched off by itself is switched on by whoever mends it
    const state = webhook.state === 'paused' ? 'paused' : 'active'
    await edit.mutateAsync({ id: webhook.id, revision: webhook.revision, state, ...content })
    return undefined
  }
  return (
    <>
      <RecordForm
        id={webhook ? `apps.webhook.${webhook.id}` : `apps.${applicationId}.webhook`}
        schema={WebhookContent}
        initial={webhook ? { url: webhook.url, types: webhook.types } : { url: '', types: ['tasks.closed'] }}
        submitLabel={webhook ? '保存订阅' : '订阅并生成密钥'}
        onSubmit={save}
        onDone={(secret) => (secret === undefined ? back() : setMade(secret))}
        groups={[
          {
            title: '送到哪里',
            fields: [
              {
                name: 'url',
                label: '接收地址',
                help: `登记过的地址：${origins.join('、')}`,
                kind: 'text',
                inputMode: 'url',
                maxLength: 500,
              },
              {
                name: 'types',
                label: '事件',
                kind: 'select',
                multiple: true,
                options: Object.entries(webhookTypes).map(([value, label]) => ({ value, label })),
              },
            ],
          },
        ]}
      />
      <SecretModal secret={made} title="签名密钥只显示这一次" note="接收程序用它验签。" onClose={back} />
    </>
  )
}
