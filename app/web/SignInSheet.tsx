import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Input, type InputRef } from 'antd'
import { type FormEvent, type ReactNode, Suspense, useRef, useState } from 'react'
import { ApiError } from '#kernel/web'
import { here, passkeyFault, ScanSignIn, SecondStep, SmsSignIn, signInByPasskey } from '#platform/identity/web'
import { Field, Logo, Skeleton300 } from '#ui'
import { type Session, sessionClient, sessionQuery } from './session.ts'
import './sign-in.css'

type Way = 'password' | 'sms' | 'scan'

const titles: Record<Way, string> = { password: '登录', sms: '短信登录', scan: '扫码登录' }

interface Props {
  /** the name in the field of the account, which whoever shows the sheet may fill */
  account: string
  onAccount: (account: string) => void
  /** in place of the sentence under the title */
  why?: ReactNode
  /** the session is open */
  onEntered: () => Promise<unknown>
}

/** The ways in, and the second step where one is owed. */
export function SignInSheet({ account, onAccount, why, onEntered }: Props) {
  const ways = useQuery(sessionQuery).data?.ways
  const passkeys = ways !== undefined && passkeyFault(ways.passkey, here()) === undefined
  const [way, setWay] = useState<Way>('password')
  const [next, setNext] = useState<Session['next']>()
  const [fault, setFault] = useState('')
  const onDone = async (answer: Session) => {
    if (answer.next) return setNext(answer.next)
    await onEntered()
  }
  const passkey = useMutation({
    mutationFn: signInByPasskey,
    meta: { quiet: true },
    onSuccess: onDone,
  })
  const choose = (one: Way) => {
    setWay(one)
    setFault('')
    passkey.reset()
  }
  return (
    <div className="sheet">
      <div className="brand">
        <Logo size={40} />
        <b>齐通</b>
      </div>
      <h1>{next ? '再核对一步' : titles[way]}</h1>
      <p className="qt-second">
        {next ? '口令正确。请再用一种方式确认是您本人。' : (why ?? '办文、办会、办事、找人，用一个账号。')}
      </p>
      <Suspense fallback={<Skeleton300 lines={4} />}>
        {next && <SecondStep next={next} onDone={onEntered} />}
        {!next && way === 'sms' && <SmsSignIn onDone={onDone} />}
        {!next && way === 'scan' && <ScanSignIn onDone={onDone} />}
      </Suspense>
      {!next && way === 'password' && (
        <PasswordForm account={account} onAccount={onAccount} fault={fault} onFault={setFault} onDone={onDone} />
      )}
      {next ? (
        <button type="button" className="qt-plain other" onClick={() => setNext(undefined)}>
          从头登录
        </button>
      ) : (
        <fieldset className="others">
          <legend className="qt-hidden">其他登录方式</legend>
          {way !== 'password' && <Other onClick={() => choose('password')}>账号密码</Other>}
          {passkeys && <Other onClick={() => passkey.mutate()}>通行密钥</Other>}
          {ways?.sms && way !== 'sms' && <Other onClick={() => choose('sms')}>短信验证码</Other>}
          {way !== 'scan' && <Other onClick={() => choose('scan')}>手机扫码</Other>}
        </fieldset>
      )}
      {passkey.isError && (
        <p className="qt-fault" role="alert">
          {passkey.error instanceof ApiError
            ? passkey.error.detail
            : '没有读到通行密钥，可能已取消，或这台设备上没有。请再试，或换一种方式登录。'}
        </p>
      )}
      <p className="qt-tiny qt-quiet">
        第一次登录，先<Link to="/activate">激活账号</Link>。忘记密码，请联系本单位管理员办理；拿到两段找回码后，
        <Link to="/recover">凭找回码设新口令</Link>。
      </p>
    </div>
  )
}

function Other({ children, onClick }: { children: string; onClick: () => void }) {
  return (
    <button type="button" className="qt-plain other" onClick={onClick}>
      {children}
    </button>
  )
}

interface PasswordProps {
  account: string
  onAccount: (account: string) => void
  fault: string
  onFault: (fault: string) => void
  onDone: (answer: Session) => Promise<unknown>
}

function PasswordForm({ account, onAccount, fault, onFault, onDone }: PasswordProps) {
  const [password, setPassword] = useState('')
  const passwordInput = useRef<InputRef>(null)
  const signIn = useMutation({
    mutationFn: () => sessionClient.signIn({ account: account.trim(), password }),
    meta: { quiet: true },
    onSuccess: onDone,
    onError: (error) => {
      onFault(error instanceof ApiError ? error.detail : '登录没有完成，请刷新页面后再试。')
      passwordInput.current?.focus({ cursor: 'all' })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (account.trim() === '' || password === '') return onFault('请填写账号和密码。')
    onFault('')
    signIn.mutate()
  }
  return (
    <form onSubmit={submit} aria-label="登录" noValidate>
      <Field label="账号" required>
        {(control) => (
          <Input
            {...control}
            name="account"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            size="large"
            value={account}
            onChange={(event) => onAccount(event.target.value)}
          />
        )}
      </Field>
      <Field label="密码" required error={fault}>
        {(control) => (
          <Input.Password
            {...control}
            ref={passwordInput}
            name="password"
            autoComplete="current-password"
            size="large"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <p className="qt-hidden" role="alert">
        {fault}
      </p>
      <Button type="primary" size="large" htmlType="submit" block loading={signIn.isPending}>
        登录
      </Button>
    </form>
  )
}
