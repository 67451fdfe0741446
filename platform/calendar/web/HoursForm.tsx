import { Button, Input, Select } from 'antd'
import { z } from 'zod'
import { useCommand } from '#kernel/web'
import { useUnits } from '#platform/directory/web'
import { type ControlProps, Icon, RecordForm } from '#ui'
import type { OfficeHours, Span } from '../contract.ts'
import { calendar } from './client.ts'
import { thisDay } from './this-day.ts'

const Clock = z.string().regex(/^\d\d:\d\d$/, '请填写时间。')
const Hours = z.object({
  unitId: z.uuid().optional(),
  name: z.string().trim().min(1, '请填写名称，如“夏季”。').max(20, '名称最多 20 个字。'),
  fromDay: z.string(),
  toDay: z.string(),
  spans: z.array(z.object({ from: Clock, to: Clock })).min(1, '至少写一段时间。'),
  validFrom: z.iso.date('请选择从哪天起实行。'),
  validTo: z.iso.date().optional(),
  basis: z.string().trim().min(1, '请写明依据。').max(200, '依据最多 200 个字。'),
})

const usual: Span[] = [
  { from: '09:00', to: '12:00' },
  { from: '13:30', to: '17:30' },
]
const initialOf = (row: OfficeHours | undefined) =>
  row
    ? {
        ...row,
        unitId: row.unitId ? [{ id: row.unitId, name: row.unitName ?? '' }] : [],
        validTo: row.validTo ?? undefined,
      }
    : { unitId: [], fromDay: '01-01', toDay: '12-31', spans: usual, validFrom: thisDay() }

export function HoursForm({ row, close }: { row?: OfficeHours; close: () => void }) {
  const { load, search } = useUnits()
  const add = useCommand(calendar.addOfficeHours, { quiet: true })
  const change = useCommand(calendar.changeOfficeHours, { quiet: true })
  return (
    <RecordForm
      id={`calendar.hours.${row?.id ?? 'new'}`}
      schema={Hours}
      initial={initialOf(row)}
      submitLabel={row ? '保存修改' : '新增'}
      onSubmit={({ unitId, validTo, ...given }) => {
        const rule = { ...given, unitId: unitId ?? null, validTo: validTo ?? null }
        return row ? change.mutateAsync({ ...rule, id: row.id, revision: row.revision }) : add.mutateAsync(rule)
      }}
      onDone={close}
      groups={[
        {
          title: '适用',
          fields: [
            {
              name: 'unitId',
              label: '单位',
              help: '不选的，适用于所有单位；也可以选一个市、县',
              kind: 'unit',
              load,
              search,
            },
            { name: 'name', label: '名称', kind: 'text', maxLength: 20 },
            {
              name: 'fromDay',
              label: '每年从',
              kind: 'custom',
              render: (value, set, control) => <DayOfYear value={String(value)} onChange={set} control={control} />,
              say: String,
            },
            {
              name: 'toDay',
              label: '到（含当天）',
              kind: 'custom',
              render: (value, set, control) => <DayOfYear value={String(value)} onChange={set} control={control} />,
              say: String,
            },
          ],
        },
        {
          title: '时间',
          fields: [
            {
              name: 'spans',
              label: '一天里的办公时间',
              kind: 'custom',
              render: (value, set, control) => <Spans value={value as Span[]} onChange={set} control={control} />,
              say: (value) => (value as Span[]).map(({ from, to }) => `${from}–${to}`).join('、'),
            },
            { name: 'validFrom', label: '从哪天起实行', kind: 'date' },
            { name: 'validTo', label: '到哪天停止', help: '当天不再实行；一直实行的不填', kind: 'date' },
            { name: 'basis', label: '依据', kind: 'text', maxLength: 200 },
          ],
        },
      ]}
    />
  )
}

const two = (n: number): string => String(n).padStart(2, '0')
const months = Array.from({ length: 12 }, (_, at) => ({ value: two(at + 1), label: `${at + 1} 月` }))
const LONG = ['01', '03', '05', '07', '08', '10', '12']
const daysOf = (month: string): number => (month === '02' ? 29 : LONG.includes(month) ? 31 : 30)

interface ControlOf<T> {
  value: T
  onChange: (value: T) => void
  control: ControlProps
}
/** A day of each year, as `MM-DD`. */
function DayOfYear({ value, onChange, control }: ControlOf<string>) {
  const [month = '01', day = '01'] = value.split('-')
  const days = Array.from({ length: daysOf(month) }, (_, at) => ({ value: two(at + 1), label: `${at + 1} 日` }))
  return (
    <div className="qt-row">
      <Select
        id={control.id}
        aria-label="月"
        style={{ width: '7em' }}
        value={month}
        options={months}
        onChange={(next: string) => onChange(`${next}-${two(Math.min(Number(day), daysOf(next)))}`)}
      />
      <Select
        aria-label="日"
        style={{ width: '7em' }}
        value={day}
        options={days}
        onChange={(next: string) => onChange(`${month}-${next}`)}
      />
    </div>
  )
}

const MOST_SPANS = 4
function Spans({ value, onChange, control }: ControlOf<Span[]>) {
  const set = (index: number, part: Partial<Span>) =>
    onChange(value.map((span, at) => (at === index ? { ...span, ...part } : span)))
  return (
    <div className="wc-spans">
      {value.map(({ from, to }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: spans have no name, and their order is theirs
        <div key={index} className="qt-row">
          <Input
            id={index === 0 ? control.id : undefined}
            type="time"
            aria-label={`第 ${index + 1} 段从`}
            value={from}
            onChange={(event) => set(index, { from: event.target.value })}
          />
          至
          <Input
            type="time"
            aria-label={`第 ${index + 1} 段到`}
            value={to}
            onChange={(event) => set(index, { to: event.target.value })}
          />
          {value.length > 1 && (
            <button
              type="button"
              className="qt-ib"
              aria-label={`删去第 ${index + 1} 段`}
              onClick={() => onChange(value.filter((_, at) => at !== index))}
            >
              <Icon name="trash" size={16} />
            </button>
          )}
        </div>
      ))}
      {value.length < MOST_SPANS && (
        <Button
          size="small"
          icon={<Icon name="plus" size={14} />}
          onClick={() => onChange([...value, { from: '', to: '' }])}
        >
          再加一段
        </Button>
      )}
    </div>
  )
}
