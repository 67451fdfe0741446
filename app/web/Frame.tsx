import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Outlet, useLocation, useMatches, useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { reportPosture } from '#platform/access/web'
import {
  AppShell,
  allowed,
  type Command,
  clearDrafts,
  clearRecent,
  ErrorState,
  type MenuItem,
  NoPermission,
  Skeleton300,
  toast,
  useCan,
} from '#ui'
import { sendFeedback } from './feedback.ts'
import { IdleWatch } from './IdleWatch.tsx'
import { follow, type Kept as Known } from './idle.ts'
import { modules } from './modules.ts'
import { SignInAgain } from './SignInAgain.tsx'
import { type Session, sessionClient, sessionQuery } from './session.ts'
import { useReread } from './use-reread.ts'

/** Decides between the frame, a public page alone, and the way to the sign-in. */
export function Frame() {
  const session = useQuery(sessionQuery)
  const { isSuccess } = session
  const personId = session.data?.actor?.personId
  useEffect(() => {
    if (isSuccess) void reportPosture(personId)
  }, [isSuccess, personId])
  const isPublic = useMatches({ select: (matches) => matches.some((match) => match.staticData.public) })
  // a reading that failed while pages are open takes nothing away from them
  if (!session.data)
    return session.isPending ? (
      <Skeleton300 />
    ) : (
      <ErrorState error={session.error} onRetry={() => void session.refetch()} />
    )
  if (isPublic) return <Outlet />
  return <Kept session={session.data} readAt={session.dataUpdatedAt} />
}

/** The frame of whoever is signed in. When time ended the session it stays as it is, under a sheet that asks to sign in again. */
function Kept({ session, readAt }: { session: Session; readAt: number }) {
  const [kept, setKept] = useState<Known>({ session, readAt })
  const next = follow(kept, session, readAt, Date.now())
  if (next !== kept) setKept(next)
  const { actor, limits } = next.session
  if (!actor) return <ToSignIn />
  return (
    <>
      <SignedIn session={next.session} actor={actor} />
      {limits && !next.why && <IdleWatch limits={limits} readAt={next.readAt} />}
      {next.why && <SignInAgain personId={actor.personId} why={next.why} />}
    </>
  )
}

/** Once: while the way there is under way the address has already changed, and asking again would never end. */
function ToSignIn() {
  const navigate = useNavigate()
  const { href } = useLocation()
  const gone = useRef(false)
  useEffect(() => {
    if (gone.current) return
    gone.current = true
    void navigate({ to: '/sign-in', search: href === '/' ? {} : { to: href }, replace: true })
  }, [navigate, href])
  return null
}

function SignedIn({ session, actor }: { session: Session; actor: NonNullable<Session['actor']> }) {
  const queries = useQueryClient()
  useReread()
  const shell = useMemo(() => {
    const mine = <T extends MenuItem | Command>(entries: readonly T[]) =>
      entries.filter((entry) => allowed(entry, actor.permissions))
    return {
      session: { ...actor, demo: session.demo, version: session.version },
      menu: mine<MenuItem>(modules.flatMap((module) => module.menu ?? [])).sort((a, b) => a.order - b.order),
      recent: () => modules.flatMap((module) => module.recent?.(actor.personId) ?? []),
      commands: mine<Command>(modules.flatMap((module) => module.commands ?? [])),
    }
  }, [session, actor])
  const signOut = async () => {
    try {
      await sessionClient.signOut()
    } catch (error) {
      return toast.error(error)
    }
    // the next person at this desk must find nothing of the one before
    clearDrafts()
    clearRecent()
    queries.clear()
    await Promise.allSettled(modules.map((module) => module.forget?.()))
    location.assign('/sign-in')
  }
  return (
    <AppShell {...shell} modules={modules} onSignOut={() => void signOut()} onFeedback={sendFeedback}>
      <Gate />
    </AppShell>
  )
}

/** The page, or the sentence that says who can grant it. */
function Gate() {
  const can = useCan()
  const closed = useMatches({
    select: (matches) => matches.find(({ staticData }) => staticData.permission && !can(staticData.permission)),
  })
  return closed ? <NoPermission what={closed.staticData.title} /> : <Outlet />
}
