import { useQuery } from '@tanstack/react-query'
import { apiQuery } from '#kernel/web'
import { Await, format } from '#ui'
import { apps } from './client.ts'

const FAULTS = 5

/** How an application has fared: what went wrong lately, and its calls day by day; never by person. */
export function Running({ id }: { id: string }) {
  const probes = useQuery(apiQuery(apps.probes, { id }))
  return (
    <Await query={probes}>
      {({ rows, usage }) => {
        const faults = rows.filter(({ ok }) => !ok)
        const days = Map.groupBy(usage, ({ hour }) => format.day(hour))
        const calls = [...days].map(([day, hours]) => ({
          day,
          calls: hours.reduce((sum, hour) => sum + hour.calls, 0),
          refused: hours.reduce((sum, hour) => sum + hour.refused, 0),
        }))
        const most = Math.max(1, ...calls.map((one) => one.calls))
        return (
          <>
            <section className="qt-block">
              <h3>最近的异常</h3>
              {faults.length === 0 && (
                <p className="qt-small qt-second">
                  {rows.length === 0 ? '还没有检查过。' : `最近 ${rows.length} 次检查都正常。`}
                </p>
              )}
              <ul className="ap-checks">
                {faults.slice(0, FAULTS).map(({ at, fault }) => (
                  <li key={at}>
                    <span className="qt-second">{format.moment(at)}</span>
                    <span className="qt-grow">{fault}</span>
                  </li>
                ))}
              </ul>
            </section>
            <section className="qt-block">
              <h3>七天调用</h3>
              {calls.length === 0 && <p className="qt-small qt-second">七天里没有调用。</p>}
              <ol className="ap-days">
                {calls.map(({ day, calls: count, refused }) => (
                  <li key={day}>
                    <span className="qt-second">{day}</span>
                    <span className="ap-bar" style={{ inlineSize: `${(100 * count) / most}%` }} />
                    <span>
                      {format.number(count)}
                      {refused > 0 && <span className="ap-refused">超限 {format.number(refused)}</span>}
                    </span>
                  </li>
                ))}
              </ol>
            </section>
          </>
        )
      }}
    </Await>
  )
}
