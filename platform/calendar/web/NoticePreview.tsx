import { format } from '#ui'
import type { calendar } from './client.ts'

type Preview = Awaited<ReturnType<typeof calendar.preview>>
type Side = Preview['changes'][number]['before']

const say = ({ working, name }: Side): string => `${working ? '上班' : '休息'}${name ? `（${name}）` : ''}`

/** What the calendar would be: the count, and each day that changes. */
export function NoticePreview({ preview, year }: { preview: Preview; year: string }) {
  const { changed, changes, workingDays, basis } = preview
  return (
    <section className="wc-preview" aria-label="预览">
      <p role="status">
        {changed
          ? `${year} 年工作日 ${workingDays.before} 天改为 ${workingDays.after} 天，变动 ${changes.length} 天。`
          : `${year} 年的放假安排已经是这样，不用再录入。`}
      </p>
      {changed && <p className="qt-small qt-second">依据 {basis.after}</p>}
      {changes.length > 0 && (
        <div className="wc-changes">
          <table>
            <thead>
              <tr>
                <th scope="col">日期</th>
                <th scope="col">现在</th>
                <th scope="col">录入后</th>
              </tr>
            </thead>
            <tbody>
              {changes.map(({ day, before, after }) => (
                <tr key={day}>
                  <td>{format.dayAndWeekday(day)}</td>
                  <td className="qt-second">{say(before)}</td>
                  <td>{say(after)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
