import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { apiQuery } from '#kernel/web'
import { Await } from '#ui'
import { tasks } from './client.ts'
import './cards.css'
import './tasks.css'

const SHOWN = 4

/** 工作台 card: what came to be read last. */
export function ReadingsCard() {
  const query = useQuery(apiQuery(tasks.readings, { limit: SHOWN }))
  return (
    <Await query={query} lines={3}>
      {({ rows, total }) =>
        rows.length === 0 ? (
          <p className="qt-quiet">没有待阅。送给您看的材料会出现在这里。</p>
        ) : (
          <ul className="tk-card">
            {rows.map((reading) => (
              <li key={reading.id}>
                <Link className="qt-grow qt-ellipsis" to="/tasks" search={{ kind: 'unread', row: reading.id }}>
                  {reading.title}
                </Link>
                <span className="qt-small qt-quiet qt-ellipsis from">{reading.fromName ?? reading.sourceName}</span>
              </li>
            ))}
            {total !== undefined && total > rows.length && (
              <li className="qt-small">
                <Link to="/tasks" search={{ kind: 'unread' }}>
                  还有 {total - rows.length} 份
                </Link>
              </li>
            )}
          </ul>
        )
      }
    </Await>
  )
}
