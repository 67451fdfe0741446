import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { apiQuery } from '#kernel/web'
import { Await, format, Light, type LightState } from '#ui'
import { tasks } from './client.ts'
import { Marks } from './ItemRow.tsx'
import './cards.css'
import './tasks.css'

const SHOWN = 5

/** 工作台 card: how much presses, then what presses most; each number leads to the rows that make it. */
export function TasksCard() {
  const query = useQuery(apiQuery(tasks.tasks, { limit: SHOWN, order: 'due' }))
  return (
    <>
      <Tiles />
      <Await query={query} lines={4}>
        {({ rows }) =>
          rows.length === 0 ? (
            <p className="qt-quiet">没有待办。交给您办的事会出现在这里。</p>
          ) : (
            <ul className="tk-card">
              {rows.map((task) => (
                <li key={task.id}>
                  <Link className="qt-grow qt-ellipsis" to="/tasks" search={{ row: task.id }}>
                    {task.title}
                  </Link>
                  <Marks task={task} />
                  <span className="qt-small qt-quiet qt-ellipsis from">{task.fromName ?? task.sourceName}</span>
                  <span className="qt-small qt-quiet">{format.day(task.createdAt)}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Await>
    </>
  )
}

function Tiles() {
  const query = useQuery(apiQuery(tasks.counts))
  return (
    <Await query={query} lines={2}>
      {(counts) => (
        <div className="tk-tiles">
          <Tile state="over" words="超期" count={counts.over} search={{ due: 'over' }} />
          <Tile state="warn" words="临期" count={counts.pressing - counts.over} search={{ due: 'near' }} />
          <Tile state="ok" words="时间充裕" count={counts.open - counts.pressing} search={{ due: 'ok' }} />
          <Tile words="本周已办" count={counts.doneThisWeek} search={{ kind: 'closed', arrived: 'week' }}>
            {counts.doneThisWeek > 0 && `按时 ${counts.inTimeThisWeek} 件`}
          </Tile>
        </div>
      )}
    </Await>
  )
}

interface TileProps {
  state?: LightState
  words: string
  count: number
  search: Record<string, string>
  children?: ReactNode
}
/** A number that counts nothing is grey: what wants attention stands out. */
function Tile({ state, words, count, search, children }: TileProps) {
  return (
    <Link to="/tasks" search={search} className="tile">
      {state ? <Light state={count > 0 ? state : 'off'}>{words}</Light> : <span className="qt-small">{words}</span>}
      <span className="number">
        <b>{format.number(count)}</b>
        <span className="qt-small qt-quiet">{children}</span>
      </span>
    </Link>
  )
}
