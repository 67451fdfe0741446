import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { apiQuery } from '#kernel/web'
import { isObject } from '../core/kinds/kind.ts'
import { formsClient } from './client.ts'
import type { ControlOf } from './control-of.ts'

const LEVELS = ['省', '市', '县', '乡镇', '村居'] as const
/** The codes of a region and of all above it, the province first. */
const upTo = (code: string): string[] =>
  [2, 4, 6, 9, 12].map((length) => code.slice(0, length).padEnd(12, '0')).filter((one, at, all) => one !== all[at - 1])

/** Province, city, county, township, village: each box offers what lies in the one before. */
export function RegionControl({ field, value, control, onChange }: ControlOf<'region'>) {
  const code = isObject(value) && typeof value.code === 'string' ? value.code : ''
  const chosen = code ? upTo(code) : []
  const depth = Math.min(LEVELS.length, chosen.length + 1)
  return (
    <div className="fm-region">
      {LEVELS.slice(0, depth).map((level, at) => (
        <Level
          key={level}
          label={`${field.title}：${level}`}
          parent={at === 0 ? undefined : chosen[at - 1]}
          value={chosen[at]}
          {...(at === 0 && { control })}
          onChange={(next) => onChange(next ?? (at > 0 ? { code: chosen[at - 1] ?? '', name: '' } : null))}
        />
      ))}
    </div>
  )
}

interface LevelProps {
  label: string
  parent: string | undefined
  value: string | undefined
  control?: ControlOf['control']
  onChange: (value: { code: string; name: string } | null) => void
}
function Level({ label, parent, value, control, onChange }: LevelProps) {
  const query = useQuery({ ...apiQuery(formsClient.regions, { parent }), staleTime: Number.POSITIVE_INFINITY })
  const rows = query.data?.rows ?? []
  if (query.isSuccess && rows.length === 0) return null
  return (
    <Select
      {...control}
      aria-label={label}
      value={value}
      loading={query.isPending}
      options={rows.map((row) => ({ value: row.code, label: row.name }))}
      showSearch={{ optionFilterProp: 'label' }}
      placeholder="请选择"
      allowClear
      onChange={(code?: string) => {
        const row = rows.find((one) => one.code === code)
        onChange(row ? { code: row.code, name: row.name } : null)
      }}
    />
  )
}
