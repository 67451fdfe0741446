import { thisDay } from './this-day.ts'
import type { DayCell, Month } from './year-grid.ts'

const weekdays = ['一', '二', '三', '四', '五', '六', '日']

/** One month as a table; what the notice moves carries a word, never only a colour. */
export function MonthGrid({ month }: { month: Month }) {
  const today = thisDay()
  return (
    <section className="wc-month" aria-label={`${month.month}月`}>
      <header>
        <h3>{month.month}月</h3>
        <span className="qt-small qt-quiet">{month.workingDays} 个工作日</span>
      </header>
      <table>
        <thead>
          <tr>
            {weekdays.map((name) => (
              <th key={name} scope="col" aria-label={`星期${name}`}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {month.weeks.map((week, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the weeks of a month have no other name and are never reordered
            <tr key={at}>
              {week.map((cell, weekday) =>
                cell ? (
                  <Day key={cell.day} cell={cell} today={cell.day === today} />
                ) : (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a gap before the first or after the last day
                  <td key={weekday} />
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {month.said.length > 0 && (
        <ul className="qt-small qt-second">
          {month.said.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Day({ cell, today }: { cell: DayCell; today: boolean }) {
  const kind = cell.name ? (cell.working ? 'madeup' : 'off') : cell.working ? '' : 'weekend'
  return (
    <td className={kind} aria-current={today ? 'date' : undefined}>
      <span>{Number(cell.day.slice(-2))}</span>
      {cell.name && <small>{cell.working ? '班' : '休'}</small>}
    </td>
  )
}
