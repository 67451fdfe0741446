import { Input } from 'antd'
import type { Filters } from './filters.ts'

/** Looks for words within the list that is shown. */
export function SearchInList({ name, q, ask }: { name: string; q: string; ask: (next: Partial<Filters>) => void }) {
  return (
    <Input.Search
      key={q}
      allowClear
      aria-label={`按标题、事项、来人找${name}`}
      placeholder="按标题、事项、来人找"
      defaultValue={q}
      maxLength={100}
      onSearch={(typed) => ask({ q: typed.trim() })}
    />
  )
}
