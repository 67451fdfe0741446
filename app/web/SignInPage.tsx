import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { SignInSheet } from './SignInSheet.tsx'
import { safeTarget } from './safe-target.ts'
import { type Session, sessionQuery } from './session.ts'
import './sign-in.css'

export function SignInPage() {
  const session = useQuery(sessionQuery).data
  const [account, setAccount] = useState('')
  const enter = useEnter()
  return (
    <main className="qt-signin">
      <SignInSheet account={account} onAccount={setAccount} onEntered={enter} />
      {session?.demo && <DemoAccounts accounts={session.demoAccounts ?? []} onChoose={setAccount} />}
    </main>
  )
}

/** What follows a sign-in: nothing of the one before stays, and the page that was wanted opens. */
function useEnter() {
  const search: Record<string, unknown> = useSearch({ strict: false })
  const navigate = useNavigate()
  const queries = useQueryClient()
  return async () => {
    queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' })
    await queries.fetchQuery({ ...sessionQuery, staleTime: 0 })
    await navigate({ to: safeTarget(search.to), replace: true })
  }
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
