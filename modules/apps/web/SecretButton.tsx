import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { Field, Icon, toast } from '#ui'
import { type AppDetail, type Environment, environments } from '../contract.ts'
import { apps } from './client.ts'

/** A new secret, shown this once; the one in use stays good for a day. */
export function SecretButton({ app, environment }: { app: AppDetail; environment: Environment }) {
  const [made, setMade] = useState<{ clientId: string; secret: string }>()
  const renew = useCommand(apps.renewSecret, { onSuccess: setMade })
  const has = app.clients.some((client) => client.environment === environment && client.secrets.length > 0)
  const copy = async (text: string) => {
    try {
      await navigator.clipboard.writeText(text)
      toast.done('密钥已复制')
    } catch {
      // browsers refuse without https: the secret can still be selected by hand
      toast.failed('浏览器不让复制，请选中密钥后自己复制')
    }
  }
  return (
    <>
      <Button
        size="small"
        loading={renew.isPending}
        onClick={() => renew.mutate({ id: app.id, revision: app.revision, environment })}
      >
        {has ? '轮换密钥' : '生成密钥'}
      </Button>
      <Modal
        open={made !== undefined}
        title={`${environments[environment]}的密钥只显示这一次`}
        okText="已经保存好"
        cancelButtonProps={{ style: { display: 'none' } }}
        closable={false}
        maskClosable={false}
        onOk={() => setMade(undefined)}
      >
        <p>请存进应用的密钥库，不要发在群里，也不要写进代码。{has && '旧密钥 24 小时内仍可用，请尽快换上新的。'}</p>
        <Field label="密钥">
          {({ status: _status, ...control }) => (
            <div className="qt-row">
              <Input {...control} readOnly value={made?.secret ?? ''} onFocus={(event) => event.target.select()} />
              <Button icon={<Icon name="copy" size={16} />} onClick={() => void copy(made?.secret ?? '')}>
                复制密钥
              </Button>
            </div>
          )}
        </Field>
      </Modal>
    </>
  )
}
