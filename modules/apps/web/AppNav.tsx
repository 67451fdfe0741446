import { Link } from '@tanstack/react-router'
import { useCan } from '#ui'

const pages = [
  { to: '/apps', title: '我的应用', permission: 'apps:use' },
  { to: '/apps/manage', title: '登记', permission: 'apps:register' },
  { to: '/apps/review', title: '审核', permission: 'apps:approve' },
  { to: '/apps/health', title: '运行监测', permission: 'apps:operate' },
  { to: '/apps/webhooks', title: '事件送达', permission: 'apps:operate' },
] as const

/** The pages of the application centre that the person may open. */
export function AppNav() {
  const can = useCan()
  const mine = pages.filter(({ permission }) => can(permission))
  if (mine.length < 2) return null
  return (
    <nav className="ac-nav" aria-label="应用中心">
      {mine.map(({ to, title }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: true, includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
        >
          {title}
        </Link>
      ))}
    </nav>
  )
}
