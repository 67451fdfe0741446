import { Button, Input, Popover, Select } from 'antd'
import { useState } from 'react'
import { Field, Icon } from '#ui'
import type { DecisionDef, DecisionType } from '../../../contract/graph.ts'
import { isRanked, removeColumn, setInput, setOutput, types } from './tables.ts'

interface Props {
  table: DecisionDef
  kind: 'inputs' | 'outputs'
  at: number
  names: readonly string[]
  fault?: string
  onChange: (table: DecisionDef) => void
}
const typeOptions = Object.entries(types).map(([value, label]) => ({ value, label }))

/** The head of a column: what it looks at or what it gives, set in a small form of its own. */
export function ColumnHead(props: Props) {
  const { table, kind, at, fault } = props
  // a column that was just put in wants to be told what it is
  const [open, setOpen] = useState(kind === 'inputs' && table.inputs[at]?.expression === '')
  const input = table.inputs[at]
  const title = kind === 'inputs' ? input?.label || input?.expression : table.outputs[at]?.name
  const type = table[kind][at]?.type
  return (
    <th scope="col" className={kind}>
      <Popover
        open={open}
        onOpenChange={setOpen}
        trigger="click"
        placement="bottomLeft"
        destroyOnHidden
        content={kind === 'inputs' ? <InputForm {...props} /> : <OutputForm {...props} />}
      >
        <button type="button" className={fault ? 'qt-plain wrong' : 'qt-plain'} title={fault} aria-expanded={open}>
          <span className="qt-tiny">{kind === 'inputs' ? '条件' : '结果'}</span>
          <b>{title || '还没有设'}</b>
          {type && <span className="qt-tiny">{types[type]}</span>}
          <Icon name="chevronDown" size={14} />
        </button>
      </Popover>
    </th>
  )
}

function InputForm({ table, at, names, fault, onChange }: Props) {
  const input = table.inputs[at]
  const [typed, setTyped] = useState(
    input !== undefined && input.expression !== '' && !names.includes(input.expression),
  )
  if (!input) return null
  const { expression, label, type, allowed } = input
  const look = (next: string) =>
    onChange(setInput(table, at, { expression: next, ...(label === expression && { label: next }) }))
  return (
    <div className="wf-columnform">
      <Field label="看什么" required error={fault}>
        {(control) =>
          typed ? (
            <Input
              {...control}
              value={expression}
              maxLength={1000}
              placeholder="如：单价 * 数量"
              onChange={(event) => look(event.target.value)}
            />
          ) : (
            <Select
              id={control.id}
              showSearch
              placeholder="选择字段"
              value={expression || undefined}
              options={names.map((name) => ({ value: name, label: name }))}
              notFoundContent="还没有字段。在流程设置里添加。"
              onChange={(next: string) => look(next)}
            />
          )
        }
      </Field>
      <Button size="small" type="link" onClick={() => setTyped(!typed)}>
        {typed ? '改选字段' : '写表达式'}
      </Button>
      <Field label="表头写什么" required>
        {(control) => (
          <Input
            {...control}
            value={label}
            maxLength={60}
            onChange={(event) => onChange(setInput(table, at, { label: event.target.value }))}
          />
        )}
      </Field>
      <TypeOf type={type} set={(next) => onChange(setInput(table, at, { type: next }))} />
      <Field label="可取的值" help="填了以后，别的值会停下来。">
        {(control) => (
          <Input
            {...control}
            value={allowed ?? ''}
            placeholder={'如："甲", "乙"'}
            maxLength={1000}
            onChange={(event) => onChange(setInput(table, at, { allowed: event.target.value || undefined }))}
          />
        )}
      </Field>
      <Remove table={table} kind="inputs" at={at} onChange={onChange} />
    </div>
  )
}

function OutputForm({ table, at, fault, onChange }: Props) {
  const output = table.outputs[at]
  if (!output) return null
  const { name, type, allowed, otherwise } = output
  return (
    <div className="wf-columnform">
      <Field label="结果叫什么" help="后面的条件可以看它。" required error={fault}>
        {(control) => (
          <Input
            {...control}
            value={name}
            maxLength={60}
            onChange={(event) => onChange(setOutput(table, at, { name: event.target.value }))}
          />
        )}
      </Field>
      <TypeOf type={type} set={(next) => onChange(setOutput(table, at, { type: next }))} />
      <Field
        label="可取的值"
        required={isRanked(table)}
        help={isRanked(table) ? '按优先的次序写，最优先的在前。' : undefined}
      >
        {(control) => (
          <Input
            {...control}
            value={allowed ?? ''}
            placeholder={'如："高", "中", "低"'}
            maxLength={1000}
            onChange={(event) => onChange(setOutput(table, at, { allowed: event.target.value || undefined }))}
          />
        )}
      </Field>
      <Field label="都不符合时">
        {(control) => (
          <Input
            {...control}
            value={otherwise ?? ''}
            placeholder="没有结果"
            maxLength={1000}
            onChange={(event) => onChange(setOutput(table, at, { otherwise: event.target.value || undefined }))}
          />
        )}
      </Field>
      <Remove table={table} kind="outputs" at={at} onChange={onChange} />
    </div>
  )
}

function TypeOf({ type, set }: { type?: DecisionType; set: (type: DecisionType | undefined) => void }) {
  return (
    <Field label="是什么">
      {(control) => (
        <Select
          id={control.id}
          allowClear
          placeholder="不限"
          value={type}
          options={typeOptions}
          onChange={(next?: DecisionType) => set(next)}
        />
      )}
    </Field>
  )
}

const Remove = ({ table, kind, at, onChange }: Pick<Props, 'table' | 'kind' | 'at' | 'onChange'>) => {
  const last = kind === 'outputs' && table.outputs.length === 1
  return (
    <Button
      size="small"
      danger
      disabled={last}
      title={last ? '至少要有一个结果。' : undefined}
      onClick={() => onChange(removeColumn(table, kind, at))}
    >
      删去这一列
    </Button>
  )
}
