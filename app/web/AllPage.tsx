import { Link } from '@tanstack/react-router'
import { allowed, Icon, Page, useShell } from '#ui'
import { modules } from './modules.ts'
import './all.css'

/** 全部: every page of the menu, by name. */
export function AllPage() {
  const { session } = useShell()
  const entries = modules
    .flatMap((module) => module.menu ?? [])
    .filter((item) => allowed(item, session.permissions))
    .sort((a, b) => a.order - b.order)
  return (
    <Page title="全部应用" sentence="您能打开的应用都在这里；按 / 也可以直接搜名称。">
      <ul className="qt-all">
        {entries.map((item) => (
          <li key={item.key}>
            <Link to={item.path}>
              <Icon name={item.icon} />
              {item.title}
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  )
}
