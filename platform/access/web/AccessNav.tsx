import { Link } from '@tanstack/react-router'
import './access.css'

const pages = [
  { to: '/access', title: '策略版本' },
  { to: '/access/decisions', title: '最近的决定' },
  { to: '/access/zones', title: '网络区域' },
] as const

/** From one page of the access policies to the next. */
export function AccessNav() {
  return (
    <nav className="ac-nav" aria-label="访问策略">
      {pages.map(({ to, title }) => (
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
