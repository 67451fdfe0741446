import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useCan } from '#ui'
import './grants.css'

const pages = [
  { to: '/grants', title: '授权', permission: 'grant:read' },
  { to: '/grants/proposals', title: '提请与审批', permission: 'grant:read' },
  { to: '/roles', title: '角色与权限', permission: 'role:read' },
  { to: '/grants/why', title: '为什么能、不能', permission: 'grant:read' },
] as const

/** From one page of the powers to the next. */
export function GrantsNav() {
  const can = useCan()
  const nav = useRef<HTMLElement>(null)
  // on the phone the line is longer than the screen
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' })
  }, [])
  return (
    <nav ref={nav} className="gr-nav" aria-label="权限管理">
      {pages
        .filter(({ permission }) => can(permission))
        .map(({ to, title }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === '/grants', includeSearch: false }}
            activeProps={{ 'aria-current': 'page' }}
          >
            {title}
          </Link>
        ))}
    </nav>
  )
}
