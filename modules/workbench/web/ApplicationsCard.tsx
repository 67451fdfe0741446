import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { apiQuery } from '#kernel/web'
import { instanceStates } from '#platform/workflow/contract'
import { Await, format, Tag } from '#ui'
import { cases } from './client.ts'
import './workbench.css'

const SHOWN = 4
const tones = { running: 'primary', suspended: 'warn', completed: 'ok', terminated: 'plain' } as const

/** 我的申请: what one started last, and where it is. */
export function ApplicationsCard() {
  const query = useQuery(apiQuery(cases.mine, { limit: SHOWN }))
  return (
    <Await query={query} lines={3}>
      {({ rows }) =>
        rows.length === 0 ? (
          <p className="qt-quiet">还没有发起过办件，发起后能在这里看到办到哪一步。</p>
        ) : (
          <ul className="wb-rows">
            {rows.map((row) => (
              <li key={row.id}>
                <Link className="qt-grow qt-ellipsis" to="/cases/$id" params={{ id: row.id }}>
                  {row.title}
                </Link>
                <span className="qt-small qt-quiet qt-ellipsis">{row.steps.join('、')}</span>
                <span className="state">
                  <Tag tone={tones[row.status]}>{instanceStates[row.status]}</Tag>
                </span>
                <span className="qt-small qt-quiet">{format.day(row.startedAt)}</span>
              </li>
            ))}
          </ul>
        )
      }
    </Await>
  )
}
