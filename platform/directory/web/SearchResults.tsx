import { EmptyState, ErrorState, Skeleton300 } from '#ui'
import { searchStages } from '../contract.ts'
import { moveLines } from './focus-lines.ts'
import { GroupTitle } from './GroupTitle.tsx'
import { FoundPerson } from './PersonLine.tsx'
import { UnitLink } from './UnitLink.tsx'
import type { Search } from './use-search.ts'

interface Props {
  q: string
  search: Search
  selectedId: string
  /** also the units found, under the people (the desktop has them in the tree pane) */
  units?: boolean
  /** ↑ on the first line, or a letter typed: back to the box */
  onLeave: () => void
}

/** People from near to far: 本单位, 本县, 本市, 全省. */
export function SearchResults({ q, search, selectedId, units = false, onLeave }: Props) {
  const { answer, error, waiting, again } = search
  if (error && !waiting) return <ErrorState error={error} onRetry={again} />
  if (!answer) return <Skeleton300 lines={8} />
  const groups = answer.people.filter(({ rows }) => rows.length > 0)
  const count = groups.reduce((sum, { rows }) => sum + rows.length, 0)
  const foundUnits = units ? answer.units : []
  if (count === 0 && foundUnits.length === 0 && !waiting) return <Nothing q={q} units={answer.units.length} />
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: ↑ and ↓ are a short way between its links
    <div
      className="ct-scroll ct-found"
      aria-busy={waiting}
      onKeyDown={(event) => {
        if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) onLeave()
        else moveLines(event, onLeave)
      }}
    >
      <p className="qt-hidden" role="status">
        {waiting ? '' : `找到 ${answer.more ? '20+' : count} 人`}
      </p>
      {groups.map(({ stage, rows, more }) => (
        <section key={stage} aria-label={searchStages[stage]}>
          <GroupTitle title={searchStages[stage]} note={more ? `显示 ${rows.length}，还有更多` : rows.length} />
          <ul>
            {rows.map((row) => (
              <li key={row.postId}>
                <FoundPerson row={row} q={q} selected={row.personId === selectedId} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {foundUnits.length > 0 && (
        <section aria-label="单位">
          <GroupTitle title="单位" note={foundUnits.length} />
          <ul>
            {foundUnits.map((unit) => (
              <li key={unit.id}>
                <UnitLink unit={unit} q={q} note={unit.crumb} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {answer.more && <p className="ct-hint">只显示最近的 20 人。多打几个字，或加上单位，如“张 水利”。</p>}
    </div>
  )
}

function Nothing({ q, units }: { q: string; units: number }) {
  return (
    <EmptyState
      icon="search"
      title={units > 0 ? `没有找到叫“${q.trim()}”的人，单位见左侧` : `没有找到“${q.trim()}”`}
      detail="可以试试：姓名、全拼、首字母、只打名、手机尾号四位，或姓名加单位，如“张 水利”。"
    />
  )
}
