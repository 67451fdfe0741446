import { InputNumber, Segmented, Select } from 'antd'
import { Field } from '#ui'
import type { Block } from '../../contract/blocks.ts'
import { useDesign } from './context.ts'
import { FieldSelect } from './RuleEditor.tsx'

const DURATION = /^duration\("P(?:(\d+)D)?(?:T(?:(\d+)H)?)?"\)$/
const spans = [
  { value: 'working-days', label: '个工作日' },
  { value: 'working-hours', label: '个工作小时' },
  { value: 'days', label: '天' },
  { value: 'hours', label: '小时' },
]
const waits = [
  { value: 'duration', label: '等一段时间' },
  { value: 'date', label: '等到某一天' },
]

/** 等待: a span of time, working or not, or a day that the form names. */
export function WaitForm({ block }: { block: Extract<Block, { type: 'wait' }> }) {
  const { changeBlock } = useDesign()
  const { kind, value, working } = block.timer
  const [, days, hours] = DURATION.exec(value) ?? []
  const set = (timer: typeof block.timer, tag?: string) =>
    changeBlock(block.id, (old) => ({ ...old, timer }) as Block, tag)
  const span = `${working ? 'working-' : ''}${hours ? 'hours' : 'days'}`
  const write = (amount: number, unit: string) =>
    set(
      {
        kind: 'duration',
        value: `duration("P${unit.endsWith('days') ? `${amount}D` : `T${amount}H`}")`,
        ...(unit.startsWith('working') && { working: true }),
      },
      `${block.id}.wait`,
    )
  return (
    <>
      <Segmented
        block
        aria-label="等什么"
        options={waits}
        value={kind}
        onChange={(next) => (next === 'date' ? set({ kind: 'date', value: '' }) : write(3, 'working-days'))}
      />
      {kind === 'duration' ? (
        <div className="qt-row">
          <InputNumber
            aria-label="等多久"
            min={1}
            max={3660}
            precision={0}
            value={Number(days ?? hours ?? 3)}
            onChange={(amount) => write(amount ?? 1, span)}
          />
          <Select
            aria-label="时间单位"
            className="qt-grow"
            value={span}
            options={spans}
            onChange={(unit) => write(Number(days ?? hours ?? 3), unit)}
          />
        </div>
      ) : (
        <Field label="表单里的哪个日期" required>
          {() => <FieldSelect value={value} onChange={(field) => set({ kind: 'date', value: field })} />}
        </Field>
      )}
    </>
  )
}
