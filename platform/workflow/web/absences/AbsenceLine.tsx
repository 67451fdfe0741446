import { useCommand } from '#kernel/web'
import { ConfirmButton, format, Tag } from '#ui'
import { type Absence, absenceKinds } from '../../contract/absences.ts'
import { cases } from '../client.ts'

const DAY_MS = 86_400_000
/** The last day, as people say it: an end at midnight means the day before. */
export const periodOf = ({ from, to }: Pick<Absence, 'from' | 'to'>): string => {
  const end = new Date(to).getTime()
  const whole = (end + 8 * 3_600_000) % DAY_MS === 0
  return `${format.day(from)} 至 ${whole ? format.day(new Date(end - 1).toISOString()) : format.moment(to)}`
}

export function AbsenceLine({ row, who = false }: { row: Absence; who?: boolean }) {
  const end = useCommand(cases.endAbsence)
  const begun = Date.parse(row.from) <= Date.now()
  const verb = begun ? '提前回岗' : '撤销'
  return (
    <>
      <div className="qt-grow">
        <p className="qt-row">
          <b>{who ? row.personName : absenceKinds[row.kind]}</b>
          {who && <Tag>{absenceKinds[row.kind]}</Tag>}
          {begun && <Tag tone="warn">现在不在岗</Tag>}
        </p>
        <p className="qt-small qt-second">
          {periodOf(row)}
          {row.substituteName && `，${row.substituteName}代办`}
        </p>
      </div>
      <ConfirmButton
        verb={verb}
        name={who ? `${row.personName}的登记` : '这项登记'}
        reason={row.enteredBy === null ? '由请休假等业务写入，请在那里销假。' : undefined}
        consequence={
          begun ? '以后新到的办件直接交给本人。已经交给代办人的，仍由代办人办完。' : '这段时间新到的办件直接交给本人。'
        }
        onConfirm={() => end.mutateAsync({ id: row.id })}
      />
    </>
  )
}
