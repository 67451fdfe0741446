import { Link, useRouterState } from '@tanstack/react-router'
import { useLayoutEffect, useRef, useState } from 'react'
import { Icon } from '../Icon.tsx'
import type { MenuItem } from '../web-module.ts'

/** The longest path of the menu that the current page lies under. */
export function currentKey(menu: readonly { key: string; path: string }[], pathname: string): string | undefined {
  const under = (path: string) => pathname === path || (path !== '/' && pathname.startsWith(`${path}/`))
  return [...menu].sort((a, b) => b.path.length - a.path.length).find((item) => under(item.path))?.key
}

function Count({ use, title }: { use: NonNullable<MenuItem['useCount']>; title: string }) {
  const count = use()
  if (!count) return null
  return (
    <em className="qt-count" style={{ fontStyle: 'normal' }}>
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span className="qt-hidden">{`，${title}未处理 ${count} 件`}</span>
    </em>
  )
}

type Entry = Pick<MenuItem, 'title' | 'icon' | 'path' | 'useCount'>

function RailEntry({ item, current }: { item: Entry; current: boolean }) {
  const { title, icon, path, useCount } = item
  return (
    <Link to={path} className="qt-railitem" aria-current={current ? 'page' : undefined}>
      <Icon name={icon} />
      {title}
      {useCount && <Count use={useCount} title={title} />}
    </Link>
  )
}

const all = { key: 'all', title: '全部', icon: 'all', path: '/all' } as const
const me = { key: 'me', title: '我', icon: 'user', path: '/me' } as const

/** The left navigation: as many entries as fit, the rest behind 全部. */
export function Rail({ menu }: { menu: readonly MenuItem[] }) {
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const rail = useRef<HTMLElement>(null)
  const [fits, setFits] = useState(menu.length)
  useLayoutEffect(() => {
    const element = rail.current
    if (!element) return
    const measure = () => {
      const entry = element.querySelector('.qt-railitem')?.getBoundingClientRect().height ?? 56
      // one place is kept for 全部
      setFits(Math.max(1, Math.floor((element.clientHeight - 12) / (entry + 4)) - 1))
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const current = currentKey([...menu, all], pathname)
  const shown = menu.slice(0, fits)
  const hiddenCurrent = menu.slice(fits).some((item) => item.key === current)
  return (
    <nav className="qt-rail" aria-label="主导航" ref={rail}>
      {shown.map((item) => (
        <RailEntry key={item.key} item={item} current={item.key === current} />
      ))}
      <span className="qt-railspace" />
      <RailEntry item={all} current={current === 'all' || hiddenCurrent} />
    </nav>
  )
}

/** The bottom bar of the phone: entries marked `phone`, and 我. */
export function PhoneBar({ menu }: { menu: readonly MenuItem[] }) {
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const shown = menu.filter((item) => item.phone)
  const current = currentKey([...shown, me], pathname)
  return (
    <nav className="qt-phonebar" aria-label="主导航">
      {shown.map((item) => (
        <RailEntry key={item.key} item={item} current={item.key === current} />
      ))}
      <RailEntry item={me} current={current === 'me'} />
    </nav>
  )
}
