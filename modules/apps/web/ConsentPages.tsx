import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { Button } from 'antd'
import { useEffect } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, Page, Skeleton300 } from '#ui'
import type { Consent } from '../contract/mine.ts'
import { apps, sessions } from './client.ts'
import './apps.css'

const goOn = (uid: string): void => location.replace(`/oidc/interaction/${uid}`)
const useUid = (): string => (useParams({ strict: false }) as { uid: string }).uid

/** Whoever comes here is signed in: back to where the application's request waits. */
export function GoOnPage() {
  const uid = useUid()
  useEffect(() => goOn(uid), [uid])
  return <Skeleton300 />
}

/** The application wants a fresh sign-in. */
export function AgainPage() {
  const uid = useUid()
  const signOut = useCommand(sessions.signOut, {
    onSuccess: () => location.assign(`/sign-in?to=${encodeURIComponent(`/consent/login/${uid}`)}`),
  })
  return (
    <Page title="请再登录一次" sentence="应用要求确认现在操作的是您本人。">
      <div className="ap-consent">
        <p>再次登录后会自动回到应用。应用要求更强的登录方式时，请用两种方式登录。</p>
        <Button type="primary" loading={signOut.isPending} onClick={() => signOut.mutate({})}>
          重新登录
        </Button>
      </div>
    </Page>
  )
}

export function ConsentPage() {
  const uid = useUid()
  const consent = useQuery({ ...apiQuery(apps.consent, { uid }), retry: false })
  return <Await query={consent}>{(asked) => <Question asked={asked} />}</Await>
}

function Question({ asked }: { asked: Consent }) {
  const answer = useCommand(apps.answerConsent, { onSuccess: ({ returnTo }) => location.assign(returnTo) })
  return (
    <Page title={`用齐通登录“${asked.name}”`} sentence={`由${asked.unitName}提供`}>
      <div className="ap-consent">
        <p>登录后，它会知道您的：</p>
        <ul>
          {asked.learns.length > 0 ? (
            asked.learns.map((one) => <li key={one}>{one}</li>)
          ) : (
            <li>只知道是同一个人，不知道是谁</li>
          )}
        </ul>
        <p className="qt-small qt-second">
          同意后转到 {asked.returnHost}。以后可以在“我的应用”里撤回同意，应用会立即退出登录。
        </p>
        <div className="qt-row">
          <Button
            type="primary"
            loading={answer.isPending}
            onClick={() => answer.mutate({ uid: asked.uid, accept: true })}
          >
            同意并登录
          </Button>
          <Button disabled={answer.isPending} onClick={() => answer.mutate({ uid: asked.uid, accept: false })}>
            不同意
          </Button>
        </div>
      </div>
    </Page>
  )
}

const words: Record<string, readonly [title: string, hint: string]> = {
  audience: ['这个应用没有对您开放', '需要使用时，请联系应用的主管单位，把您的单位或岗位加入使用范围。'],
  expired: ['登录请求已过期', '请回到应用，重新点登录。'],
  access_denied: ['没有登录', '您没有同意应用的请求。需要时回到应用重新登录。'],
  invalid_client: ['应用不能使用', '它没有登记，或已停用。请联系应用的主管单位。'],
  invalid_redirect_uri: ['应用的登录设置有误', '回调地址没有登记。请把这句话告诉应用的主管单位。'],
  server_error: ['暂时无法登录', '请稍后再试；仍不行请联系系统管理员。'],
}
const unknown = ['应用的登录请求有误', '请回到应用重试；仍不行请把这句话告诉应用的主管单位。'] as const

/** Errors that may not be sent back to the application. */
export function ConsentErrorPage() {
  const { code } = useSearch({ strict: false }) as { code?: unknown }
  const [title, hint] = (typeof code === 'string' && Object.hasOwn(words, code) && words[code]) || unknown
  return (
    <main className="ap-alone">
      <Page title={title} sentence={hint}>
        <Button href="/">回到齐通</Button>
      </Page>
    </main>
  )
}
