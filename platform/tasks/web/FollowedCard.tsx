import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { apiQuery } from '#kernel/web'
import { Await, Light } from '#ui'
import { tasks } from './client.ts'
import './cards.css'
import './tasks.css'

const SHOWN = 4

/** 工作台 card: what is followed, and how it stands. */
export function FollowedCard() {
  const query = useQuery(apiQuery(tasks.follows, { limit: SHOWN }))
  return (
    <Await query={query} lines={3}>
      {({ rows }) =>
        rows.length === 0 ? (
          <p className="qt-quiet">还没有关注的事。在待办或办件上点星标，进展就会出现在这里。</p>
        ) : (
          <ul className="tk-card">
            {rows.map((follow) => (
              <li key={follow.id}>
                <Link className="qt-grow qt-ellipsis" to="/tasks" search={{ kind: 'followed', row: follow.id }}>
                  {follow.title}
                </Link>
                {follow.state && <Light state={follow.state.light}>{follow.state.words}</Light>}
              </li>
            ))}
          </ul>
        )
      }
    </Await>
  )
}
