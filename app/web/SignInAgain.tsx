import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { payAttention, sharedRealtime } from '#kernel/web'
import type { Why } from './idle.ts'
import { SignInSheet } from './SignInSheet.tsx'
import { sessionQuery } from './session.ts'
import './sign-in.css'

const reasons: Record<Why, string> = {
  idle: '您很久没有操作，登录已经结束。请重新登录，回到刚才的页面，没有提交的内容还在。',
  last: '这次登录的时间已满。请重新登录，回到刚才的页面，没有提交的内容还在。',
}

/**
 * Stands over the page whose session ran out: what was typed there stays. As a modal dialog of the browser it covers everything, dialogs
 * included, and nothing beneath can be reached. Another person who signs in here finds a fresh page.
 */
export function SignInAgain({ personId, why }: { personId: string; why: Why }) {
  const queries = useQueryClient()
  const dialog = useRef<HTMLDialogElement>(null)
  const [account, setAccount] = useState('')
  const show = () => dialog.current?.showModal()
  useEffect(show, [])
  const enter = async () => {
    payAttention()
    const { actor } = await queries.fetchQuery({ ...sessionQuery, staleTime: 0 })
    if (actor?.personId !== personId) return location.assign('/')
    sharedRealtime().reopen()
    await queries.invalidateQueries()
  }
  return (
    <dialog
      ref={dialog}
      className="qt-signin qt-again"
      aria-label="重新登录"
      // Escape must not lay the page bare; a browser lets it be refused once only
      onCancel={(event) => event.preventDefault()}
      onClose={show}
    >
      <SignInSheet account={account} onAccount={setAccount} why={reasons[why]} onEntered={enter} />
    </dialog>
  )
}
