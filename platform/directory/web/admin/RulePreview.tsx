import { useQuery } from '@tanstack/react-query'
import { Await, format } from '#ui'
import type { RuleInput } from '../../contract.ts'
import { directory } from '../client.ts'

type Target = Pick<RuleInput, 'targetUnitId' | 'targetRankOrder' | 'targetPersonId'>

/** Whom a rule touches, counted and with the first few names. */
export function RulePreview({ target }: { target: Target }) {
  // asked like a read: it changes nothing, though it travels as a command
  const preview = useQuery({
    queryKey: ['directory', 'previewRule', target],
    queryFn: ({ signal }) => directory.previewRule(target, { signal }),
  })
  return (
    <Await query={preview} lines={3}>
      {({ people, units, more, sample }) => (
        <>
          <p role="status">
            {more ? '超过 ' : ''}
            {format.number(people)} 人，分布在 {format.number(units)} 个单位。
          </p>
          <ul className="oa-items">
            {sample.map((one) => (
              <li key={one.personId}>
                {one.name}
                <span className="qt-small qt-second"> {[one.unitName, one.title].filter(Boolean).join('，')}</span>
              </li>
            ))}
          </ul>
          {people > sample.length && <p className="qt-small qt-quiet">只列前 {sample.length} 人。</p>}
        </>
      )}
    </Await>
  )
}
