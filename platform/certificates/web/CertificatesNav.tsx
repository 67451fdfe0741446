import { Link } from '@tanstack/react-router'
import './certificates.css'

const pages = [
  { to: '/certificates', title: '证书' },
  { to: '/certificates/anchors', title: '信任的根' },
] as const

export function CertificatesNav() {
  return (
    <nav className="ce-nav" aria-label="证书">
      {pages.map(({ to, title }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: to === '/certificates', includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
        >
          {title}
        </Link>
      ))}
    </nav>
  )
}
