import { Button, Input, Select } from 'antd'
import { Icon } from '#ui'
import { type Filters, isOfReadings, kindOf, kinds, urgencies } from './filters.ts'

interface Props {
  filters: Filters
  ask: (next: Partial<Filters>) => void
}

/** What narrows the list, as one line, and the way back from a matter. */
export function ListHead({ filters, ask }: Props) {
  const kind = kindOf(filters)
  return (
    <div className="qt-inbox-search tk-search">
      <div className="qt-row">
        <Input.Search
          key={filters.q}
          allowClear
          aria-label={`按标题、事项、来人找${kinds[kind]}`}
          placeholder="按标题、事项、来人找"
          defaultValue={filters.q}
          maxLength={100}
          onSearch={(q) => ask({ q: q.trim() })}
        />
        {!isOfReadings(kind) && (
          <Select
            allowClear
            className="urgency"
            aria-label="紧急程度"
            placeholder="缓急"
            value={filters.urgency || undefined}
            options={Object.entries(urgencies).map(([value, label]) => ({ value, label }))}
            onChange={(urgency: string | undefined) => ask({ urgency: urgency ?? '' })}
          />
        )}
      </div>
      {filters.matter !== '' && kind !== 'open' && (
        <Button type="text" size="small" onClick={() => ask({ matter: '' })} icon={<Icon name="close" size={14} />}>
          不再只看{filters.matter}
        </Button>
      )}
    </div>
  )
}
