import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { apiQuery } from '#kernel/web'
import { Icon, useCan } from '#ui'
import { noticeKinds } from '../contract.ts'
import { notices } from './client.ts'
import { type InboxFilters, noFilters } from './inbox-filters.ts'

const choices: readonly { label: string; filters: InboxFilters; counted?: boolean }[] = [
  { label: '全部', filters: noFilters },
  { label: '未读', filters: { ...noFilters, unread: 'true' }, counted: true },
  ...Object.entries(noticeKinds).map(([kind, label]) => ({ label, filters: { ...noFilters, kind } })),
]

interface Props {
  filters: InboxFilters
  ask: (next: Partial<InboxFilters>) => void
}

/** The left pane: which notices to show, and the way to one's own. */
export function InboxKinds({ filters, ask }: Props) {
  const can = useCan()
  const unread = useQuery(apiQuery(notices.unread)).data?.count ?? 0
  const isChosen = (choice: InboxFilters) => choice.kind === filters.kind && choice.unread === filters.unread
  return (
    <nav className="qt-inbox-kinds nt-kinds" aria-label="通知种类">
      <h1>通知公告</h1>
      <ul>
        {choices.map(({ label, filters: choice, counted }) => (
          <li key={label}>
            <button
              type="button"
              className="qt-plain choice"
              aria-current={isChosen(choice) ? 'true' : undefined}
              onClick={() => ask(choice)}
            >
              {label}
              {counted && unread > 0 && <span className="count">{unread > 99 ? '99+' : unread}</span>}
            </button>
          </li>
        ))}
      </ul>
      {can('notice:write') && (
        <div className="own">
          <Link className="choice" to="/notices/new">
            <Icon name="plus" size={16} />
            起草通知
          </Link>
          {can('notice:publish') && (
            <Link className="choice" to="/notices/manage" search={{ view: 'unit', state: 'pending' }}>
              <Icon name="check" size={16} />
              待我审核
            </Link>
          )}
          <Link className="choice" to="/notices/manage">
            <Icon name="settings" size={16} />
            通知管理
          </Link>
        </div>
      )}
    </nav>
  )
}
