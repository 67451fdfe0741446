import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { apiQuery } from '#kernel/web'
import { Await, format, Light } from '#ui'
import { type Limit, limits } from '../contract.ts'
import { tasks } from './client.ts'
import './cards.css'

const SHOWN = 6
const lights = { over: 'over', near: 'warn', ok: 'ok' } as const

/** 工作台 card of a leader: open work of the unit by matter and limit, never by person. */
export function LoadCard() {
  const query = useQuery(apiQuery(tasks.load))
  return (
    <Await query={query} lines={4}>
      {({ unitName, total, matters }) =>
        total === 0 ? (
          <p className="qt-quiet">{unitName}现在没有待办。</p>
        ) : (
          <table className="tk-load">
            <caption className="qt-small qt-second">
              {unitName}及内设机构，共 {format.number(total)} 件待办
            </caption>
            <thead>
              <tr>
                <th scope="col">事项</th>
                {Object.entries(limits).map(([due, words]) => (
                  <th key={due} scope="col">
                    <Light state={lights[due as Limit]}>{words}</Light>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {matters.slice(0, SHOWN).map(({ matter, ...counts }) => (
                <tr key={matter}>
                  <th scope="row">
                    <Link to="/tasks/load" search={{ matter }}>
                      {matter}
                    </Link>
                  </th>
                  {(Object.keys(limits) as Limit[]).map((due) => (
                    <td key={due}>
                      {counts[due] > 0 ? (
                        <Link
                          to="/tasks/load"
                          search={{ matter, due }}
                          aria-label={`${matter}${limits[due]} ${counts[due]} 件`}
                        >
                          {format.number(counts[due])}
                        </Link>
                      ) : (
                        <span className="qt-quiet">0</span>
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        )
      }
    </Await>
  )
}
