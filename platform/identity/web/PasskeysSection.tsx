import { startRegistration } from '@simplewebauthn/browser'
import { Button } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { ConfirmButton, format, toast } from '#ui'
import { type Security, sayAgent } from '../contract.ts'
import { identity } from './client.ts'
import { here, passkeyFault } from './passkey-here.ts'
import { RenameButton } from './RenameButton.tsx'
import { Setting } from './Setting.tsx'
import { faultOf } from './ways.ts'

/** 通行密钥: fingerprint, face or screen lock of a device, or a security key. */
export function PasskeysSection({ passkeys, host }: { passkeys: Security['passkeys']; host: string | null }) {
  const [busy, setBusy] = useState(false)
  const add = useCommand(identity.addPasskey, { quiet: true })
  const rename = useCommand(identity.renamePasskey)
  const remove = useCommand(identity.removePasskey)
  const fault = passkeyFault(host, here())
  const register = async () => {
    setBusy(true)
    try {
      const { id, rawId, response } = await startRegistration({
        optionsJSON: await identity.startPasskeyRegistration({}),
      })
      const { clientDataJSON, attestationObject, transports = [] } = response
      await add.mutateAsync({
        name: sayAgent(navigator.userAgent),
        attestation: {
          id,
          rawId,
          type: 'public-key',
          response: { clientDataJSON, attestationObject, transports },
          clientExtensionResults: {},
        },
      })
      toast.done('通行密钥已登记，下次登录可以不填口令')
    } catch (error) {
      toast.failed(faultOf(error))
    } finally {
      setBusy(false)
    }
  }
  const state = passkeys.length > 0 ? `已登记 ${passkeys.length} 个` : '未登记。用指纹、面容或锁屏密码登录，不用填口令'
  return (
    <Setting
      title="通行密钥"
      state={fault ?? state}
      action={
        fault === undefined && (
          <Button loading={busy} onClick={() => void register()}>
            登记通行密钥
          </Button>
        )
      }
    >
      {passkeys.length > 0 && (
        <ul className="id-sessions" aria-label="通行密钥">
          {passkeys.map(({ id, name, createdAt, lastUsedAt }) => (
            <li key={id}>
              <div className="qt-grow">
                {name}
                <p className="qt-tiny qt-quiet">
                  {format.day(createdAt)} 登记{lastUsedAt ? `，${format.moment(lastUsedAt)} 用过` : '，还没用过'}
                </p>
              </div>
              <RenameButton name={name} onRename={(next) => rename.mutateAsync({ id, name: next })} />
              <ConfirmButton
                verb="删除"
                name={name}
                consequence="以后不能再用它登录。"
                onConfirm={() => remove.mutateAsync({ id })}
              />
            </li>
          ))}
        </ul>
      )}
    </Setting>
  )
}
