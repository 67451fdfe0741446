import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { Field } from '#ui'
import type { PasskeyRequest, Proof, Way } from '../contract.ts'
import { here } from './passkey-here.ts'
import { askPasskey, faultOf, wayNames } from './ways.ts'
import './sign-in.css'

interface Props {
  /** the strongest first */
  ways: readonly Way[]
  /** the options of a fresh challenge */
  passkey: () => Promise<PasskeyRequest>
  /** sends a code and answers its ticket */
  sms: () => Promise<string>
  /** throws when the proof is refused */
  submit: (proof: Proof) => Promise<unknown>
  verb: string
}

const asks: Record<Exclude<Way, 'passkey'>, { label: string; help?: string; numeric: boolean }> = {
  totp: { label: '动态口令', help: '打开身份验证器，填写现在显示的 6 位数字', numeric: true },
  sms: { label: '短信验证码', numeric: true },
  recovery: { label: '备用码', help: '生成时保存的一个备用码，每个只能用一次', numeric: false },
  password: { label: '口令', numeric: false },
}

/** Shows one of the factors, and the others as ways around it. */
export function ProofForm({ ways: all, passkey, sms, submit, verb }: Props) {
  // not offered where the browser cannot, unless there is nothing else
  const elsewhere = all.filter((one) => one !== 'passkey')
  const ways = here().able || elsewhere.length === 0 ? all : elsewhere
  const [way, setWay] = useState<Way>(ways[0] ?? 'password')
  const [secret, setSecret] = useState('')
  const [ticket, setTicket] = useState<string>()
  const [fault, setFault] = useState('')
  const [busy, setBusy] = useState(false)
  const attempt = async (work: () => Promise<unknown>) => {
    setBusy(true)
    setFault('')
    try {
      await work()
    } catch (error) {
      setFault(faultOf(error))
    } finally {
      setBusy(false)
    }
  }
  const choose = (next: Way) => {
    setWay(next)
    setSecret('')
    setFault('')
  }
  const show = (event: FormEvent) => {
    event.preventDefault()
    // the dialog may stand in a form of its own page
    event.stopPropagation()
    void attempt(async () => {
      if (way === 'passkey') return submit({ way, assertion: await askPasskey(await passkey()) })
      if (secret.trim() === '') throw new Error()
      return submit(way === 'sms' ? { way, ticket: ticket ?? '', secret } : { way, secret })
    })
  }
  const others = ways.filter((one) => one !== way)
  const ask = way === 'passkey' ? undefined : asks[way]
  return (
    <form className="id-proof" onSubmit={show} aria-label="核对本人" noValidate>
      {ask ? (
        <Field label={ask.label} help={ask.help} required error={fault}>
          {(control) => (
            <div className="qt-row">
              {way === 'password' ? (
                <Input.Password
                  {...control}
                  size="large"
                  autoFocus
                  autoComplete="current-password"
                  value={secret}
                  onChange={(event) => setSecret(event.target.value)}
                />
              ) : (
                <Input
                  {...control}
                  size="large"
                  autoFocus
                  autoComplete="one-time-code"
                  inputMode={ask.numeric ? 'numeric' : 'text'}
                  maxLength={ask.numeric ? 12 : 40}
                  value={secret}
                  onChange={(event) => setSecret(event.target.value)}
                />
              )}
              {way === 'sms' && (
                <Button size="large" disabled={busy} onClick={() => void attempt(async () => setTicket(await sms()))}>
                  {ticket ? '重新发送' : '发送验证码'}
                </Button>
              )}
            </div>
          )}
        </Field>
      ) : (
        <p className="qt-second">点下面的按钮，按浏览器的提示验证指纹、面容或锁屏密码。</p>
      )}
      {!ask && fault && <p className="qt-fault">{fault}</p>}
      <p className="qt-hidden" role="alert">
        {fault}
      </p>
      <Button type="primary" size="large" htmlType="submit" block loading={busy} disabled={way === 'sms' && !ticket}>
        {way === 'passkey' ? '使用通行密钥' : verb}
      </Button>
      {others.length > 0 && (
        <p className="qt-row id-others qt-small">
          <span className="qt-quiet">换一种方式</span>
          {others.map((one) => (
            <button key={one} type="button" className="qt-plain id-link" onClick={() => choose(one)}>
              {wayNames[one]}
            </button>
          ))}
        </p>
      )}
    </form>
  )
}
