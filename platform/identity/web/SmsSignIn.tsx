import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { Field } from '#ui'
import type { Session } from '../contract.ts'
import { identity } from './client.ts'
import { faultOf } from './ways.ts'
import './sign-in.css'

/** By a code to the mobile that the directory has. */
export function SmsSignIn({ onDone }: { onDone: (session: Session) => Promise<unknown> }) {
  const [mobile, setMobile] = useState('')
  const [secret, setSecret] = useState('')
  const [ticket, setTicket] = useState<string>()
  const [fault, setFault] = useState<{ mobile?: string; secret?: string }>({})
  const [busy, setBusy] = useState(false)
  const attempt = async (place: 'mobile' | 'secret', work: () => Promise<unknown>) => {
    setBusy(true)
    setFault({})
    try {
      await work()
    } catch (error) {
      setFault({ [place]: faultOf(error) })
    } finally {
      setBusy(false)
    }
  }
  const send = () => {
    if (!/^1\d{10}$/.test(mobile)) return setFault({ mobile: '请填写 11 位手机号。' })
    void attempt('mobile', async () => setTicket((await identity.startSms({ mobile })).ticket))
  }
  const enter = (event: FormEvent) => {
    event.preventDefault()
    if (!ticket) return send()
    void attempt('secret', async () => onDone(await identity.signInSms({ ticket, secret })))
  }
  return (
    <form className="id-proof" onSubmit={enter} aria-label="短信验证码登录" noValidate>
      <Field label="手机号" help="通讯录里登记的手机号" required error={fault.mobile}>
        {(control) => (
          <div className="qt-row">
            <Input
              {...control}
              size="large"
              inputMode="numeric"
              autoComplete="tel-national"
              maxLength={11}
              value={mobile}
              onChange={(event) => setMobile(event.target.value.trim())}
            />
            <Button size="large" disabled={busy} onClick={send}>
              {ticket ? '重新发送' : '发送验证码'}
            </Button>
          </div>
        )}
      </Field>
      <Field label="验证码" help={ticket && '号码已登记时会收到短信，5 分钟内有效'} required error={fault.secret}>
        {(control) => (
          <Input
            {...control}
            size="large"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={6}
            value={secret}
            onChange={(event) => setSecret(event.target.value)}
          />
        )}
      </Field>
      <Button type="primary" size="large" htmlType="submit" block loading={busy} disabled={!ticket}>
        登录
      </Button>
    </form>
  )
}
