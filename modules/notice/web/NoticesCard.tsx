import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { apiQuery } from '#kernel/web'
import { Await, format, Tag } from '#ui'
import { notices } from './client.ts'
import './notices.css'

const SHOWN = 5

/** 工作台 card: what is on top of the inbox. */
export function NoticesCard() {
  const inbox = useQuery(apiQuery(notices.inbox, { limit: SHOWN }))
  return (
    <Await query={inbox} lines={3}>
      {({ rows }) =>
        rows.length === 0 ? (
          <p className="qt-quiet">还没有通知，收到后会出现在这里。</p>
        ) : (
          <ul className="nt-card">
            {rows.map((row) => (
              <li key={row.id}>
                {row.unread && <Tag tone="primary">未读</Tag>}
                <Link className="nt-cardlink qt-grow qt-ellipsis" to="/notices" search={{ row: row.id }}>
                  {row.title}
                </Link>
                <span className="qt-small qt-quiet">{row.withdrawn ? '已撤回' : format.day(row.publishedAt)}</span>
              </li>
            ))}
          </ul>
        )
      }
    </Await>
  )
}
