import { useNavigate, useRouterState } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { useDownloads } from '../download.ts'
import { usePhone } from '../preferences.ts'
import { Skeleton300 } from '../Skeleton300.tsx'
import type { Command } from '../search/types.ts'
import { useBackCloses } from '../use-back-closes.ts'
import { useHotkey } from '../use-hotkey.ts'
import type { MenuItem, WebModule } from '../web-module.ts'
import { type FeedbackInput, type Shell, ShellContext, type ShellSession } from './context.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { OfflineBanner } from './OfflineBanner.tsx'
import { PullToRefresh } from './PullToRefresh.tsx'
import { PhoneBar, Rail } from './Rail.tsx'
import { StatusLine } from './StatusLine.tsx'
import { TopBar } from './TopBar.tsx'
import './shell.css'

const SearchPalette = lazy(() => import('../search/SearchPalette.tsx').then((m) => ({ default: m.SearchPalette })))
const FeedbackDrawer = lazy(() => import('./FeedbackDrawer.tsx').then((m) => ({ default: m.FeedbackDrawer })))
const KeysDrawer = lazy(() => import('./KeysDrawer.tsx').then((m) => ({ default: m.KeysDrawer })))

interface Props {
  session: ShellSession
  modules: readonly WebModule[]
  /** already filtered by permission and sorted */
  menu: readonly MenuItem[]
  /** ids of what this browser knows the person to have opened lately; the search puts them first */
  recent: () => readonly string[]
  commands: readonly Command[]
  onSignOut: () => void
  /** resolves when the server has it; the drawer shows the rest */
  onFeedback: (input: FeedbackInput) => Promise<void>
  children: ReactNode
}

/** The frame of every page behind the sign-in. */
export function AppShell({ session, modules, menu, recent, commands, onSignOut, onFeedback, children }: Props) {
  const phone = usePhone()
  const navigate = useNavigate()
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const [open, setOpen] = useState<'search' | 'feedback' | 'keys'>()
  const place = usePlace(pathname)
  const close = () => setOpen(undefined)
  useBackCloses(open !== undefined, close)
  useHotkey('/', () => setOpen('search'))
  useHotkey('mod+k', () => setOpen('search'))
  useHotkey('?', () => setOpen('keys'))
  const main = useFocusOnNavigation(pathname)
  useDownloads()
  const shell = useMemo<Shell>(
    () => ({
      session,
      modules,
      signOut: onSignOut,
      openSearch: () => setOpen('search'),
      openFeedback: () => setOpen('feedback'),
      openKeys: () => setOpen('keys'),
    }),
    [session, modules, onSignOut],
  )
  const doors = useMemo<Command[]>(
    () => [
      {
        id: 'feedback',
        title: '写投诉建议',
        keywords: ['tsjy', 'tousujianyi', '求助', '反馈'],
        action: { label: '填写', run: shell.openFeedback },
      },
      { id: 'keys', title: '键盘操作', keywords: ['jpcz', '快捷键'], action: { label: '打开', run: shell.openKeys } },
    ],
    [shell],
  )
  const go = (to: string) => {
    // on the phone the box covers the page and has an entry of the history, which the next page takes
    void navigate({ to, replace: phone })
  }
  return (
    <ShellContext value={shell}>
      <a className="qt-skip" href="#qt-main">
        跳到正文
      </a>
      <div className="qt-app">
        {!phone && <TopBar />}
        {!phone && <Rail menu={menu} />}
        <main className="qt-sheet" id="qt-main" tabIndex={-1} ref={main}>
          {phone && session.demo && <div className="qt-demoline qt-noprint">演示数据，人员均为虚构</div>}
          {phone && <PullToRefresh sheet={main} />}
          <OfflineBanner />
          <ErrorBoundary resetKey={pathname}>
            <Suspense fallback={<Skeleton300 />}>{children}</Suspense>
          </ErrorBoundary>
        </main>
        {phone ? <PhoneBar menu={menu} /> : <StatusLine demo={session.demo} />}
      </div>
      <Suspense fallback={null}>
        {open === 'search' && (
          <SearchPalette recent={recent} commands={[...doors, ...commands]} menu={menu} onClose={close} go={go} />
        )}
        {open === 'feedback' && <FeedbackDrawer path={place} onSend={onFeedback} onClose={close} />}
        {open === 'keys' && <KeysDrawer onClose={close} />}
      </Suspense>
    </ShellContext>
  )
}

/** The page a complaint is about: on the phone the door stands on 我, which people open for nothing else. */
function usePlace(pathname: string): string {
  const [place, setPlace] = useState(pathname)
  if (pathname !== place && pathname !== '/me') setPlace(pathname)
  return place
}

/** After a change of page the reader starts at the new page, not at the link that led there. */
function useFocusOnNavigation(pathname: string) {
  const main = useRef<HTMLElement>(null)
  const before = useRef(pathname)
  useEffect(() => {
    if (before.current === pathname) return
    before.current = pathname
    main.current?.scrollTo(0, 0)
    main.current?.focus({ preventScroll: true })
  }, [pathname])
  return main
}
