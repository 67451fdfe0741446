import { useQuery } from '@tanstack/react-query'
import { Input, Select } from 'antd'
import { useEffect, useEffectEvent } from 'react'
import { apiQuery } from '#kernel/web'
import type { Json } from '../contract.ts'
import { isObject } from '../core/kinds/kind.ts'
import { daysOf, halves, type Period } from '../core/kinds/times.ts'
import { formsClient } from './client.ts'
import type { ControlOf } from './control-of.ts'

const HALVES = Object.entries(halves).map(([value, label]) => ({ value, label }))

/** From one day to another, with halves of days where the form has them. */
export function PeriodControl({ field, value, control, onChange, onLeave }: ControlOf<'period'>) {
  const kept = isObject(value) ? value : {}
  const change = (part: Record<string, Json>): void => {
    const { days: _, ...rest } = kept
    const next: Record<string, Json> = { fromHalf: 'am', toHalf: 'pm', ...rest, ...part }
    onChange(next.from || next.to ? next : null)
  }
  const text = (name: string): string => (typeof kept[name] === 'string' ? (kept[name] as string) : '')
  useWorkingDays(field.count === 'working', kept, (counted) => onChange({ ...kept, days: counted }))
  const days = text('from') && text('to') ? daysOf({ fromHalf: 'am', toHalf: 'pm', ...kept } as unknown as Period) : 0
  const end = (name: 'from' | 'to', half: 'fromHalf' | 'toHalf', label: string) => (
    <div className="fm-end">
      <Input
        {...control}
        id={name === 'from' ? control.id : `${control.id}-to`}
        type="date"
        aria-label={label}
        value={text(name)}
        onChange={(event) => change({ [name]: event.target.value })}
        onBlur={onLeave}
      />
      {field.halves && (
        <Select
          aria-label={`${label}的半天`}
          value={text(half) || (half === 'fromHalf' ? 'am' : 'pm')}
          options={HALVES}
          onChange={(next: string) => change({ [half]: next })}
        />
      )}
    </div>
  )
  return (
    <div className="fm-period">
      {end('from', 'fromHalf', `${field.title}的开始日期`)}
      <span className="qt-quiet">至</span>
      {end('to', 'toHalf', `${field.title}的结束日期`)}
      {days > 0 && (
        <span className="qt-second">
          共 {days} {field.count ? '个工作日' : '天'}
        </span>
      )}
    </div>
  )
}

/** Asks the calendar how many working days there are, and says so once: the server counts again when it is saved. */
function useWorkingDays(wanted: boolean, kept: Record<string, Json>, counted: (days: number) => void): void {
  const day = (name: string): string => (typeof kept[name] === 'string' ? (kept[name] as string) : '')
  const [from, to] = [day('from'), day('to')]
  const half = (name: string, otherwise: 'am' | 'pm') =>
    kept[name] === 'am' || kept[name] === 'pm' ? kept[name] : otherwise
  const query = useQuery({
    ...apiQuery(formsClient.workingDays, { from, to, fromHalf: half('fromHalf', 'am'), toHalf: half('toHalf', 'pm') }),
    enabled: wanted && DAY.test(from) && DAY.test(to) && from <= to,
    staleTime: 600_000,
  })
  const days = query.data?.days ?? null
  const tell = useEffectEvent(counted)
  useEffect(() => {
    if (wanted && days !== null && kept.days !== days) tell(days)
  }, [wanted, days, kept.days])
}
const DAY = /^\d{4}-\d{2}-\d{2}$/
