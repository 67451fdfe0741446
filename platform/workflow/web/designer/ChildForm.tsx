import { useQuery } from '@tanstack/react-query'
import { Checkbox, Input, InputNumber, Segmented, Select } from 'antd'
import { apiQuery } from '#kernel/web'
import { Field } from '#ui'
import type { Block } from '../../contract/blocks.ts'
import type { Multi } from '../../contract/graph.ts'
import { cases } from '../client.ts'
import { ConditionEditor } from './ConditionEditor.tsx'
import { useDesign } from './context.ts'
import { namesIn } from './tables/tables.ts'

type Child = Extract<Block, { type: 'child' }>
/** A branch that is given this runs in that unit (`server/effects.ts`). */
const UNIT = '办理单位'
const COUNTED = ['已完成', '未完成', '总数']
const times = [
  { value: 'once', label: '一次' },
  { value: 'list', label: '按名单，每项一次' },
  { value: 'count', label: '固定几次' },
]
const orders = [
  { value: 'together', label: '同时办' },
  { value: 'turn', label: '一个接一个办' },
]

/** 调用子流程: which process, once or once for each of a list (联办), and what it gives back. */
export function ChildForm({ block }: { block: Child }) {
  const { changeBlock, process } = useDesign()
  const query = useQuery(apiQuery(cases.processes, { limit: 200 }))
  const { call, multi } = block
  const rows = (query.data?.rows ?? []).filter(({ key }) => key !== process.key)
  const choose = (key: string) => {
    const asks = rows.find((row) => row.key === key)?.asks ?? []
    // what the other process asks for is handed over under the same name, where this one has it
    const same = asks.filter((name) => process.fields.includes(name)).map((name) => ({ from: name, to: name }))
    const input = [...same, ...call.input.filter(({ to }) => to === UNIT)]
    changeBlock(block.id, (old) => ({ ...old, call: { ...call, process: key, input } }) as Block)
  }
  const way = multi === undefined ? 'once' : multi.collection === undefined ? 'count' : 'list'
  const setWay = (next: string) =>
    changeBlock(block.id, (old) => {
      const { multi: _, ...one } = old as Child
      const input = call.input.filter(({ to }) => to !== UNIT)
      const plain = { ...one, call: { ...call, input } }
      if (next === 'once') return plain
      return {
        ...plain,
        multi: {
          sequential: false,
          ...(next === 'count' ? { cardinality: '2' } : { collection: '', element: '一项' }),
        },
      }
    })
  return (
    <>
      <Field label="调用哪个流程" help="同名的表单字段会带过去。" required>
        {(control) => (
          <Select
            id={control.id}
            placeholder="选择流程"
            loading={query.isPending}
            value={call.process || undefined}
            options={rows.map(({ key, name, unitName }) => ({ value: key, label: `${name}（${unitName}）` }))}
            notFoundContent="没有可以调用的流程。先发布要调用的那个。"
            onChange={choose}
          />
        )}
      </Field>
      <Field label="办几次" required>
        {(control) => <Select id={control.id} value={way} options={times} onChange={setWay} />}
      </Field>
      {multi && <Several block={block} multi={multi} />}
    </>
  )
}

function Several({ block, multi }: { block: Child; multi: Multi }) {
  const { changeBlock, process } = useDesign()
  const set = (part: Partial<Multi>, tag?: string) =>
    changeBlock(block.id, (old) => ({ ...(old as Child), multi: { ...multi, ...part } }), tag && `${block.id}.${tag}`)
  const byUnit = block.call.input.some(({ to }) => to === UNIT)
  const setElement = (element: string, asUnit: boolean) =>
    changeBlock(
      block.id,
      (old) => {
        const { call, ...child } = old as Child
        const others = call.input.filter(({ to }) => to !== UNIT)
        const input = asUnit ? [...others, { from: element, to: UNIT }] : others
        return { ...child, call: { ...call, input }, multi: { ...multi, element } }
      },
      `${block.id}.element`,
    )
  return (
    <>
      {multi.collection === undefined ? (
        <Field label="几次" required>
          {(control) => (
            <InputNumber
              id={control.id}
              min={1}
              max={500}
              precision={0}
              value={Number(multi.cardinality) || 1}
              onChange={(count) => set({ cardinality: String(count ?? 1) }, 'count')}
            />
          )}
        </Field>
      ) : (
        <>
          <Field label="名单在哪个字段" help="填了几项就办几次，每次看到其中一项。" required>
            {(control) => (
              <Select
                id={control.id}
                placeholder="选择字段"
                value={multi.collection || undefined}
                options={namesIn(process).map((name) => ({ value: name, label: name }))}
                notFoundContent="还没有表单字段。点“开始”，在右边添加。"
                onChange={(collection: string) => set({ collection })}
              />
            )}
          </Field>
          <Checkbox checked={byUnit} onChange={(event) => setElement(multi.element ?? '', event.target.checked)}>
            每项是一个单位，由该单位的人办（联办）
          </Checkbox>
          <Field label="每次那一项叫什么" help="带到子流程、写条件时用这个名称。" required>
            {(control) => (
              <Input
                {...control}
                value={multi.element ?? ''}
                maxLength={40}
                onChange={(event) => setElement(event.target.value, byUnit)}
              />
            )}
          </Field>
        </>
      )}
      <Segmented
        block
        aria-label="先后"
        options={orders}
        value={multi.sequential ? 'turn' : 'together'}
        onChange={(order) => set({ sequential: order === 'turn' })}
      />
      <Ending multi={multi} set={set} />
      <Collect block={block} multi={multi} />
    </>
  )
}

interface PartProps {
  multi: Multi
  set: (part: Partial<Multi>, tag?: string) => void
}
function Ending({ multi, set }: PartProps) {
  return (
    <>
      <Checkbox
        checked={multi.until !== undefined}
        onChange={(event) => set({ until: event.target.checked ? '已完成 >= 1' : undefined })}
      >
        不用等全部办完
      </Checkbox>
      {multi.until !== undefined && (
        <Field label="办到什么时候" required>
          {() => (
            <ConditionEditor
              value={multi.until ?? ''}
              names={COUNTED}
              then="就不再等其余的"
              onChange={(until) => set({ until }, 'until')}
            />
          )}
        </Field>
      )}
    </>
  )
}

/** What each run gives, gathered in one list: a branch can be returned alone only where its answer has a place. */
function Collect({ block, multi }: { block: Child; multi: Multi }) {
  const { changeBlock } = useDesign()
  const { collect } = multi
  // the child hands the value over under its own name, and from there it is gathered
  const set = (from: string, to: string) =>
    changeBlock(
      block.id,
      (old) => {
        const { call, ...child } = old as Child
        const others = call.output.filter((one) => one.to !== collect?.from)
        const { collect: _, ...rest } = multi
        return {
          ...child,
          call: { ...call, output: from ? [...others, { from, to: from }] : others },
          multi: from ? { ...rest, collect: { from, to } } : rest,
        }
      },
      `${block.id}.collect`,
    )
  return (
    <>
      <Field label="每次的什么要汇总" help="子流程里的一个字段；汇总以后，才能单独退回一支。">
        {(control) => (
          <Input
            {...control}
            value={collect?.from ?? ''}
            maxLength={200}
            placeholder="如：办理结果"
            onChange={({ target }) => set(target.value, collect?.to || '各支结果')}
          />
        )}
      </Field>
      {collect && (
        <Field label="汇总到" required>
          {(control) => (
            <Input
              {...control}
              value={collect.to}
              maxLength={60}
              onChange={({ target }) => set(collect.from, target.value)}
            />
          )}
        </Field>
      )}
    </>
  )
}
