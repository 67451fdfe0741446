import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { useCommand } from '#kernel/web'
import { ConfirmButton, Field, format, toast } from '#ui'
import { identity } from './client.ts'
import { QrCode } from './QrCode.tsx'
import { Setting } from './Setting.tsx'
import { faultOf } from './ways.ts'

/** 动态口令: enrolled with a picture for the phone and one code as proof that it was read. */
export function TotpSection({ since }: { since: string | null }) {
  const start = useCommand(identity.startTotp, { invalidates: [] })
  const remove = useCommand(identity.removeTotp)
  const made = start.data
  const action =
    since !== null ? (
      <ConfirmButton
        verb="停用"
        name="动态口令"
        consequence="以后登录不再要求动态口令。没有其他第二步验证时，备用码一并作废。"
        onConfirm={() => remove.mutateAsync({})}
      />
    ) : (
      !made && (
        <Button loading={start.isPending} onClick={() => start.mutate({})}>
          设置动态口令
        </Button>
      )
    )
  return (
    <Setting
      title="动态口令"
      state={
        since
          ? `${format.day(since)} 起，登录时要填手机上的 6 位数字`
          : '未设置。用手机上的身份验证器，不需要网络和短信'
      }
      action={action}
    >
      {made && since === null && <Enrol {...made} onCancel={() => start.reset()} />}
    </Setting>
  )
}

function Enrol({ secret, uri, onCancel }: { secret: string; uri: string; onCancel: () => void }) {
  const [code, setCode] = useState('')
  const [fault, setFault] = useState('')
  const confirm = useCommand(identity.confirmTotp, { quiet: true })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    confirm.mutate(
      { secret: code },
      {
        onSuccess: () => toast.done('动态口令已启用，下次登录时会用到'),
        onError: (error) => setFault(faultOf(error)),
      },
    )
  }
  return (
    <form className="id-enrol" onSubmit={submit} aria-label="设置动态口令" noValidate>
      <QrCode text={uri} label="动态口令的图案，用身份验证器扫描" />
      <div className="qt-grow">
        <p>1. 用手机上的身份验证器扫这个图案。扫不了的，填写下面的密钥。</p>
        <p className="id-key">
          <code>{secret.replaceAll(/(.{4})/g, '$1 ').trim()}</code>
        </p>
        <Field label="2. 填写手机上显示的 6 位数字" required error={fault}>
          {(control) => (
            <Input
              {...control}
              size="large"
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={7}
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          )}
        </Field>
        <div className="qt-row">
          <Button type="primary" htmlType="submit" loading={confirm.isPending} disabled={code.trim().length < 6}>
            启用动态口令
          </Button>
          <Button onClick={onCancel}>先不设置</Button>
        </div>
      </div>
    </form>
  )
}
