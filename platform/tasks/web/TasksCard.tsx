import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { apiQuery } from '#kernel/web'
import { Await, format } from '#ui'
import { tasks } from './client.ts'
import { Marks } from './ItemRow.tsx'
import './tasks.css'

const SHOWN = 5

/** 工作台 card: what presses first, then what came last; each number leads to its rows. */
export function TasksCard() {
  const counts = useQuery(apiQuery(tasks.counts))
  const pressing = useQuery(apiQuery(tasks.tasks, { limit: SHOWN, pressing: true }))
  const latest = useQuery(apiQuery(tasks.tasks, { limit: SHOWN }))
  const first = pressing.data?.rows ?? []
  return (
    <Await query={latest} lines={4}>
      {({ rows }) =>
        rows.length === 0 ? (
          <p className="qt-quiet">没有待办。交给您办的事会出现在这里。</p>
        ) : (
          <>
            {counts.data && (
              <p className="tk-counts qt-small qt-second">
                <Link to="/tasks" search={{ pressing: 'true' }}>
                  先办 {counts.data.pressing} 件
                </Link>
                <Link to="/tasks">全部 {counts.data.open} 件</Link>
                <Link to="/tasks" search={{ kind: 'unread' }}>
                  待阅 {counts.data.unread} 份
                </Link>
              </p>
            )}
            <ul className="tk-card">
              {[...first, ...rows.filter(({ id }) => first.every((one) => one.id !== id))]
                .slice(0, SHOWN)
                .map((task) => (
                  <li key={task.id}>
                    <Link className="qt-grow qt-ellipsis" to="/tasks" search={{ row: task.id }}>
                      {task.title}
                    </Link>
                    <Marks task={task} />
                    <span className="qt-small qt-quiet">{format.day(task.createdAt)}</span>
                  </li>
                ))}
            </ul>
          </>
        )
      }
    </Await>
  )
}
