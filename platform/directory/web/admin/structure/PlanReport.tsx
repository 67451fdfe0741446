import { format } from '#ui'
import type { StructureReport } from '../../../contract.ts'
import { Facts } from '../Facts.tsx'

/** The operations in their order, each with why it cannot be done. */
export function PlanOperations({ rows }: { rows: readonly { text: string; fault: string | null }[] }) {
  return (
    <ol className="oa-items">
      {rows.map(({ text, fault }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an operation is known by its place
        <li key={at}>
          {at + 1}. {text}
          {fault && <p className="oa-fault">{fault}</p>}
        </li>
      ))}
    </ol>
  )
}

const changeWords = {
  created: '新建单位',
  renamed: '更名单位',
  moved: '划转单位',
  abolished: '撤销单位',
  restored: '恢复单位',
  posts: '划转任职',
} as const satisfies Record<keyof StructureReport['changes'], string>
const touchedWords = {
  units: '单位',
  people: '人员',
  posts: '任职',
  duties: '岗位职责',
  books: '行业通讯录',
  rules: '可见性规则',
} as const satisfies Record<keyof StructureReport['touched'], string>

const counted = <K extends string>(words: Readonly<Record<K, string>>, counts: Readonly<Record<K, number>>) =>
  (Object.keys(words) as K[]).map((key) => [words[key], format.number(counts[key])] as const)

/** What a plan changes, whom it touches, and what other services keep open there. */
export function PlanReport({ report }: { report: StructureReport }) {
  return (
    <div className="oa-columns">
      {report.ties.length > 0 && (
        <section className="qt-block whole" aria-label="一并改动">
          <h3>一并改动的</h3>
          <ul className="oa-items">
            {report.ties.map((tie) => (
              <li key={tie}>{tie}</li>
            ))}
          </ul>
        </section>
      )}
      <section className="qt-block" aria-label="改动">
        <h3>改动</h3>
        <Facts rows={counted(changeWords, report.changes)} />
      </section>
      <section className="qt-block" aria-label="涉及">
        <h3>涉及现有的</h3>
        <Facts rows={counted(touchedWords, report.touched)} />
      </section>
      <section className="qt-block" aria-label="未办结">
        <h3>其中未办结的</h3>
        {report.impacts.length === 0 ? (
          <p className="qt-second">没有</p>
        ) : (
          <Facts rows={report.impacts.map(({ title, count }) => [title, format.number(count)] as const)} />
        )}
      </section>
    </div>
  )
}
