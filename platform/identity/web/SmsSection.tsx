import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { useCommand } from '#kernel/web'
import { ConfirmButton, Field } from '#ui'
import type { Security } from '../contract.ts'
import { identity } from './client.ts'
import { Setting } from './Setting.tsx'
import { faultOf } from './ways.ts'
import './sign-in.css'

/** 短信验证: a code to the mobile of the directory as the second step. */
export function SmsSection({ sms: { on, mobile } }: { sms: Security['sms'] }) {
  const start = useCommand(identity.startSmsSecond, { invalidates: [] })
  const confirm = useCommand(identity.confirmSmsSecond, { quiet: true })
  const remove = useCommand(identity.removeSmsSecond)
  const [secret, setSecret] = useState('')
  const [fault, setFault] = useState('')
  const ticket = start.data?.ticket
  const submit = (event: FormEvent) => {
    event.preventDefault()
    confirm.mutate({ ticket: ticket!, secret }, { onError: (error) => setFault(faultOf(error)) })
  }
  const off = mobile ? `未启用。验证码发到 ${mobile}` : '通讯录里没有您的手机号，或本平台没有接入短信'
  return (
    <Setting
      title="短信验证"
      state={on ? `登录时要填发到 ${mobile ?? '手机'} 的验证码` : off}
      action={
        on ? (
          <ConfirmButton
            verb="停用"
            name="短信验证"
            consequence="以后登录不再要求短信验证码。"
            onConfirm={() => remove.mutateAsync({})}
          />
        ) : (
          <Button disabled={!mobile} loading={start.isPending} onClick={() => start.mutate({})}>
            {ticket ? '重新发送' : '启用短信验证'}
          </Button>
        )
      }
    >
      {ticket && !on && (
        <form className="id-proof" onSubmit={submit} aria-label="启用短信验证" noValidate>
          <Field label="短信里的 6 位验证码" required error={fault}>
            {(control) => (
              <Input
                {...control}
                inputMode="numeric"
                autoComplete="one-time-code"
                maxLength={6}
                value={secret}
                onChange={(event) => setSecret(event.target.value)}
              />
            )}
          </Field>
          <div>
            <Button type="primary" htmlType="submit" loading={confirm.isPending} disabled={secret.length < 6}>
              启用短信验证
            </Button>
          </div>
        </form>
      )}
    </Setting>
  )
}
