import { Button } from 'antd'
import type { ReactNode } from 'react'
import { Icon } from '#ui'

interface Props<T> {
  /** what one is called: 材料 */
  what: string
  items: readonly T[]
  /** a new one */
  blank: () => T
  onChange: (items: T[]) => void
  children: (item: T, change: (next: Partial<T>) => void, at: number) => ReactNode
}

/** A list whose parts are added, changed, moved and taken out in place. */
export function ListEditor<T extends object>({ what, items, blank, onChange, children }: Props<T>) {
  const replace = (at: number, next: Partial<T>) =>
    onChange(items.map((item, i) => (i === at ? { ...item, ...next } : item)))
  const move = (at: number, by: number) => {
    const next = [...items]
    const [item] = next.splice(at, 1)
    if (item) next.splice(at + by, 0, item)
    onChange(next)
  }
  return (
    <div className="mt-editlist">
      {items.map((item, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts without a key of their own are told apart by their place
        <fieldset key={at} className="mt-edititem">
          <legend>
            {what} {at + 1}
          </legend>
          <div className="mt-editfields">{children(item, (next) => replace(at, next), at)}</div>
          <div className="mt-edittools">
            <Button
              type="text"
              size="small"
              disabled={at === 0}
              aria-label={`把${what} ${at + 1} 上移`}
              onClick={() => move(at, -1)}
            >
              上移
            </Button>
            <Button
              type="text"
              size="small"
              disabled={at === items.length - 1}
              aria-label={`把${what} ${at + 1} 下移`}
              onClick={() => move(at, 1)}
            >
              下移
            </Button>
            <Button
              type="text"
              size="small"
              danger
              aria-label={`删去${what} ${at + 1}`}
              onClick={() => onChange(items.filter((_, i) => i !== at))}
            >
              删去
            </Button>
          </div>
        </fieldset>
      ))}
      <Button icon={<Icon name="plus" size={16} />} onClick={() => onChange([...items, blank()])}>
        增加{what}
      </Button>
    </div>
  )
}

/** A key that no part of the list has yet. */
export const freshKey = (prefix: string, taken: readonly { key: string }[]): string => {
  const keys = new Set(taken.map(({ key }) => key))
  for (let n = taken.length + 1; ; n++) if (!keys.has(`${prefix}${n}`)) return `${prefix}${n}`
}
