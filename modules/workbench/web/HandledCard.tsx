import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { apiQuery } from '#kernel/web'
import { Await, format, Tag } from '#ui'
import { tasks } from './client.ts'
import './workbench.css'

const SHOWN = 4
// one handles several steps of one case: the last of them stands for it
const LOOKED_AT = 20

/** 我经办的办件: cases whose steps one handled lately, with what one decided. */
export function HandledCard() {
  const query = useQuery(apiQuery(tasks.tasks, { state: 'closed', source: 'workflow', limit: LOOKED_AT }))
  return (
    <Await query={query} lines={3}>
      {({ rows }) => {
        const cases = [...new Map(rows.toReversed().map((task) => [task.url, task])).values()].toReversed()
        if (cases.length === 0) return <p className="qt-quiet">还没有经办过办件，办过的会留在这里，方便回头看进展。</p>
        return (
          <ul className="wb-rows">
            {cases.slice(0, SHOWN).map((task) => (
              <li key={task.id}>
                <Link className="qt-grow qt-ellipsis" to={task.url}>
                  {task.title}
                </Link>
                <span className="state">
                  <Tag>{task.outcome}</Tag>
                </span>
                <span className="qt-small qt-quiet">{format.day(task.closedAt ?? task.createdAt)}</span>
              </li>
            ))}
          </ul>
        )
      }}
    </Await>
  )
}
