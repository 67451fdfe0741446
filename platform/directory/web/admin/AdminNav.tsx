import { Link } from '@tanstack/react-router'
import { useCan } from '#ui'
import './admin.css'

const pages = [
  { to: '/organization', title: '人员', permission: 'directory:manage' },
  { to: '/organization/units', title: '单位', permission: 'directory:manage' },
] as const

/** From one page of the administration to the next; only pages that the person may open. */
export function AdminNav() {
  const can = useCan()
  return (
    <nav className="oa-nav" aria-label="组织管理">
      {pages
        .filter(({ permission }) => can(permission))
        .map(({ to, title }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === '/organization', includeSearch: false }}
            activeProps={{ 'aria-current': 'page' }}
          >
            {title}
          </Link>
        ))}
    </nav>
  )
}
