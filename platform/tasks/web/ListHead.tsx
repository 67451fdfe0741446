import { Button, Popover, Select } from 'antd'
import { Icon } from '#ui'
import {
  arrivals,
  choiceName,
  dueWords,
  type Filters,
  isOfReadings,
  kindOf,
  kinds,
  sorts,
  urgencies,
} from './filters.ts'
import { SearchInList } from './SearchInList.tsx'
import { useFacets } from './use-counts.ts'

interface Props {
  filters: Filters
  ask: (next: Partial<Filters>) => void
  /** choosing several, where that can be done */
  choosing?: { on: boolean; toggle: () => void }
}

const options = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }))

/** What is shown, in which order, and what narrows it: one line, the search, and each filter that is on with a way out of it. */
export function ListHead({ filters, ask, choosing }: Props) {
  const kind = kindOf(filters)
  return (
    <div className="qt-inbox-search tk-search">
      <div className="head">
        <h2 className="qt-ellipsis">{choiceName(filters)}</h2>
        {kind === 'open' && (
          <Select
            variant="borderless"
            size="small"
            popupMatchSelectWidth={false}
            aria-label="次序"
            value={filters.sort === 'arrived' ? 'arrived' : ''}
            options={options(sorts)}
            onChange={(sort: string) => ask({ sort })}
          />
        )}
        <Popover
          trigger="click"
          placement="bottomRight"
          destroyOnHidden
          content={<FilterFields filters={filters} ask={ask} />}
        >
          <button type="button" className="qt-ib" aria-label="筛选">
            <Icon name="filter" />
          </button>
        </Popover>
        {choosing && (
          <Button type={choosing.on ? 'default' : 'text'} size="small" onClick={choosing.toggle}>
            {choosing.on ? '完成' : '多选'}
          </Button>
        )}
      </div>
      <SearchInList name={kinds[kind]} q={filters.q} ask={ask} />
      <ActiveFilters filters={filters} ask={ask} />
    </div>
  )
}

function FilterFields({ filters, ask }: Pick<Props, 'filters' | 'ask'>) {
  const { sources } = useFacets()
  const kind = kindOf(filters)
  const ofTasks = !isOfReadings(kind)
  const fields: { key: keyof Filters; label: string; words: Record<string, string>; shown: boolean }[] = [
    { key: 'due', label: '时限', words: dueWords, shown: kind === 'open' },
    { key: 'urgency', label: '缓急', words: urgencies, shown: ofTasks },
    {
      key: 'source',
      label: '来源',
      words: Object.fromEntries(sources.map(({ key, name, count }) => [key, `${name}（${count}）`])),
      shown: kind === 'open' && sources.length > 0,
    },
    { key: 'arrived', label: kind === 'open' || kind === 'unread' ? '到达' : '办结', words: arrivals, shown: true },
  ]
  return (
    <div className="tk-filters">
      {fields
        .filter(({ shown }) => shown)
        .map(({ key, label, words }) => (
          <div key={key} className="line">
            <span>{label}</span>
            <Select
              allowClear
              aria-label={label}
              placeholder="不限"
              value={filters[key] || undefined}
              options={options(words)}
              onChange={(value: string | undefined) => ask({ [key]: value ?? '' })}
            />
          </div>
        ))}
    </div>
  )
}

function ActiveFilters({ filters, ask }: Pick<Props, 'filters' | 'ask'>) {
  const { sources } = useFacets()
  const said = (words: Record<string, string>, value: string) => words[value] ?? value
  const on: { key: keyof Filters; words: string }[] = [
    { key: 'due', words: said(dueWords, filters.due) },
    { key: 'urgency', words: said(urgencies, filters.urgency) },
    { key: 'source', words: sources.find(({ key }) => key === filters.source)?.name ?? '所选来源' },
    { key: 'arrived', words: said(arrivals, filters.arrived) },
    // in the left pane a matter of what is open stands chosen already
    { key: 'matter', words: kindOf(filters) === 'open' ? '' : filters.matter },
  ]
  const shown = on.filter(({ key, words }) => filters[key] !== '' && words !== '')
  if (shown.length === 0) return null
  return (
    <p className="tk-active">
      {shown.map(({ key, words }) => (
        <button
          key={key}
          type="button"
          className="qt-plain"
          aria-label={`不再只看${words}`}
          onClick={() => ask({ [key]: '' })}
        >
          {words}
          <Icon name="close" size={14} />
        </button>
      ))}
    </p>
  )
}
