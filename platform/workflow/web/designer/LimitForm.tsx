import { Button, Checkbox, InputNumber, Select } from 'antd'
import { Field, Icon } from '#ui'
import type { Limit } from '../../contract/graph.ts'
import { limitUnits, overdueActs } from '../../definition/words.ts'
import type { StepProps } from './step-props.ts'

const units = Object.entries(limitUnits).map(([value, label]) => ({ value, label }))
const acts = Object.entries(overdueActs).map(([value, label]) => ({ value, label }))
const kinds = [
  { value: 'promised', label: '承诺时限' },
  { value: 'statutory', label: '法定时限' },
]
const usual: Limit = {
  amount: 2,
  unit: 'working-days',
  kind: 'promised',
  yellow: 0.8,
  overdue: [{ after: 0, do: 'urge' }],
}

/** 时限: how long, when the light turns yellow, and what happens when it is over. */
export function LimitForm({ user: { limit }, set }: StepProps) {
  const change = (part: Partial<Limit>, tag?: string) => limit && set({ limit: { ...limit, ...part } }, tag)
  return (
    <div className="wf-form">
      <Checkbox
        checked={limit !== undefined}
        onChange={(event) => set({ limit: event.target.checked ? usual : undefined })}
      >
        这一步有办理时限
      </Checkbox>
      {limit && (
        <>
          <Field label="多长时间" help="从到这一步起算；工作日按工作日历，当天不算。" required>
            {(control) => (
              <div className="qt-row">
                <InputNumber
                  id={control.id}
                  min={0.5}
                  max={3660}
                  value={limit.amount}
                  onChange={(amount) => change({ amount: amount ?? 1 }, 'limit')}
                />
                <Select
                  aria-label="时限单位"
                  className="qt-grow"
                  value={limit.unit}
                  options={units}
                  onChange={(unit) => change({ unit: unit as Limit['unit'] })}
                />
              </div>
            )}
          </Field>
          <Field label="是哪种时限" required>
            {(control) => (
              <Select
                id={control.id}
                value={limit.kind}
                options={kinds}
                onChange={(kind) => change({ kind: kind as Limit['kind'] })}
              />
            )}
          </Field>
          <Field label="用掉多少亮黄灯" required>
            {(control) => (
              <InputNumber
                id={control.id}
                suffix="%"
                min={1}
                max={100}
                precision={0}
                value={Math.round(limit.yellow * 100)}
                onChange={(share) => change({ yellow: (share ?? 80) / 100 }, 'yellow')}
              />
            )}
          </Field>
          <Overdue limit={limit} change={change} />
        </>
      )}
    </div>
  )
}

function Overdue({ limit, change }: { limit: Limit; change: (part: Partial<Limit>, tag?: string) => unknown }) {
  const set = (index: number, part: Partial<Limit['overdue'][number]>) =>
    change({ overdue: limit.overdue.map((one, at) => (at === index ? { ...one, ...part } : one)) }, `overdue${index}`)
  return (
    <Field label="超期以后">
      {() => (
        <div className="wf-rules">
          {limit.overdue.map((one, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they happen in this order and have no name
            <div key={index} className="rule">
              <div className="qt-row">
                <InputNumber
                  aria-label="再过多久"
                  prefix="再过"
                  min={0}
                  max={3660}
                  value={one.after}
                  onChange={(after) => set(index, { after: after ?? 0 })}
                />
                <span className="qt-small qt-second">{limitUnits[limit.unit]}</span>
                <span className="qt-grow" />
                <button
                  type="button"
                  className="qt-ib"
                  aria-label="删去这一项"
                  onClick={() => change({ overdue: limit.overdue.filter((_, at) => at !== index) })}
                >
                  <Icon name="trash" size={16} />
                </button>
              </div>
              <Select
                aria-label="做什么"
                value={one.do}
                options={acts}
                onChange={(act) => set(index, { do: act as Limit['overdue'][number]['do'] })}
              />
            </div>
          ))}
          <Button
            size="small"
            icon={<Icon name="plus" size={14} />}
            onClick={() => change({ overdue: [...limit.overdue, { after: 1, do: 'copy-leader' }] })}
          >
            再加一步
          </Button>
        </div>
      )}
    </Field>
  )
}
