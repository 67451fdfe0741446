import { Button } from 'antd'
import { useCommand } from '#kernel/web'
import { ConfirmButton, format, Tag } from '#ui'
import type { Security } from '../contract.ts'
import { identity } from './client.ts'
import { RenameButton } from './RenameButton.tsx'

type Device = Security['devices'][number]

/** Devices that signed in; those not yet confirmed come first and say what to do. */
export function DevicesSection({ devices, onlyNew }: { devices: Security['devices']; onlyNew?: boolean }) {
  const shown = devices.filter(({ isNew }) => isNew === (onlyNew ?? false))
  if (shown.length === 0) return null
  return (
    <section className={onlyNew ? 'id-alert' : undefined} aria-label={onlyNew ? '新设备' : '我的设备'}>
      <div className="qt-section">
        <h2>{onlyNew ? '有新设备登录过您的账号' : '我的设备'}</h2>
      </div>
      {onlyNew && <p className="qt-second">是您本人的，请确认；不是的，撤销它并立即修改口令。</p>}
      <ul className="id-sessions">
        {shown.map((device) => (
          <DeviceItem key={device.id} device={device} />
        ))}
      </ul>
    </section>
  )
}

function DeviceItem({ device: { id, name, address, lastUsedAt, createdAt, isNew, current } }: { device: Device }) {
  const keys = [identity.security, identity.sessions]
  const rename = useCommand(identity.renameDevice, { invalidates: keys })
  const confirm = useCommand(identity.confirmDevice, { invalidates: keys })
  const revoke = useCommand(identity.revokeDevice, { invalidates: keys })
  return (
    <li>
      <div className="qt-grow">
        {name} {current && <Tag tone="ok">当前</Tag>}
        <p className="qt-tiny qt-quiet">
          {isNew ? `${format.moment(createdAt)} 首次登录` : `${format.moment(lastUsedAt)} 最近登录`}，来自 {address}
        </p>
      </div>
      {isNew ? (
        <Button loading={confirm.isPending} onClick={() => confirm.mutate({ id })}>
          是我本人
        </Button>
      ) : (
        <RenameButton name={name} onRename={(next) => rename.mutateAsync({ id, name: next })} />
      )}
      <ConfirmButton
        verb="撤销"
        name={name}
        consequence="它上面的登录立即结束；以后再用它登录，会当作新设备提醒您。"
        onConfirm={() => revoke.mutateAsync({ id })}
      />
    </li>
  )
}
