import { Button } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { type AppDetail, type Environment, environments } from '../contract.ts'
import { apps } from './client.ts'
import { SecretModal } from './SecretModal.tsx'

/** A new secret, shown this once; the one in use stays good for a day. */
export function SecretButton({ app, environment }: { app: AppDetail; environment: Environment }) {
  const [made, setMade] = useState<{ clientId: string; secret: string }>()
  const renew = useCommand(apps.renewSecret, { onSuccess: setMade })
  const has = app.clients.some((client) => client.environment === environment && client.secrets.length > 0)
  return (
    <>
      <Button
        size="small"
        loading={renew.isPending}
        onClick={() => renew.mutate({ id: app.id, revision: app.revision, environment })}
      >
        {has ? '轮换密钥' : '生成密钥'}
      </Button>
      <SecretModal
        secret={made?.secret}
        title={`${environments[environment]}的密钥只显示这一次`}
        note={has ? '旧密钥 24 小时内仍可用，请尽快换上新的。' : undefined}
        onClose={() => setMade(undefined)}
      />
    </>
  )
}
