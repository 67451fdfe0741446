import { Icon } from '#ui'
import type { Gap } from '../contract.ts'

/** What is wanting, with the points it costs; what keeps it from approval comes first. */
export function Gaps({ gaps }: { gaps: readonly Gap[] }) {
  if (gaps.length === 0) return <p className="qt-quiet">没有缺的，可以送审。</p>
  const sorted = [...gaps].sort((a, b) => Number(b.blocks) - Number(a.blocks) || b.weight - a.weight)
  return (
    <ul className="mt-gaps">
      {sorted.map(({ element, message, weight, blocks }) => (
        <li key={`${element}${message}`} className={blocks ? 'blocks' : undefined}>
          <Icon name={blocks ? 'warning' : 'minus'} size={16} />
          <span>
            {message}
            <i className="qt-tiny qt-quiet">
              {blocks ? '不补不能送审，' : ''}扣 {weight} 分
            </i>
          </span>
        </li>
      ))}
    </ul>
  )
}
