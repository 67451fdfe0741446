import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Input, type InputRef } from 'antd'
import { type FormEvent, useRef, useState } from 'react'
import { ApiError } from '#kernel/web'
import { Field, Logo } from '#ui'
import { safeTarget } from './safe-target.ts'
import { type Session, sessionClient, sessionQuery } from './session.ts'
import './sign-in.css'

export function SignInPage() {
  const session = useQuery(sessionQuery).data
  const search: Record<string, unknown> = useSearch({ strict: false })
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [account, setAccount] = useState('')
  const [password, setPassword] = useState('')
  const [fault, setFault] = useState('')
  const passwordInput = useRef<InputRef>(null)
  const signIn = useMutation({
    mutationFn: () => sessionClient.signIn({ account: account.trim(), password }),
    meta: { quiet: true },
    onSuccess: async () => {
      queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' })
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 })
      await navigate({ to: safeTarget(search.to), replace: true })
    },
    onError: (error) => {
      setFault(error instanceof ApiError ? error.detail : '登录没有完成，请刷新页面后再试。')
      passwordInput.current?.focus({ cursor: 'all' })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (account.trim() === '' || password === '') return setFault('请填写账号和密码。')
    setFault('')
    signIn.mutate()
  }
  const fill = (name: string) => {
    setAccount(name)
    setFault('')
    passwordInput.current?.focus()
  }
  return (
    <main className="qt-signin">
      <form onSubmit={submit} aria-label="登录">
        <div className="brand">
          <Logo size={40} />
          <b>齐通</b>
        </div>
        <h1>登录</h1>
        <p className="qt-second">办文、办会、办事、找人，用一个账号。</p>
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
              onChange={(event) => setAccount(event.target.value)}
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
        <p className="qt-tiny qt-quiet">忘记密码，请联系本单位管理员重置。</p>
      </form>
      {session?.demo && <DemoAccounts accounts={session.demoAccounts ?? []} onChoose={fill} />}
    </main>
  )
}

function DemoAccounts(props: { accounts: NonNullable<Session['demoAccounts']>; onChoose: (account: string) => void }) {
  return (
    <section className="demo" aria-label="演示账号">
      <h2>演示账号</h2>
      <p className="qt-small qt-second">演示数据，人员均为虚构。点一个账号即可填好；密码在启动程序的窗口里。</p>
      <ul>
        {props.accounts.map(({ account, name, role }) => (
          <li key={account}>
            <button type="button" className="qt-plain" onClick={() => props.onChoose(account)}>
              <b>{role}</b>
              <span className="qt-second">{name}</span>
              <code>{account}</code>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
