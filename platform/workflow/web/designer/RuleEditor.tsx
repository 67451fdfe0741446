import { Button, Input, InputNumber, Select } from 'antd'
import { searchPeople, useUnits } from '#platform/directory/web'
import { Icon, PersonPicker, UnitPicker } from '#ui'
import type { HandlerRule, UnitRule } from '../../contract/graph.ts'
import { useDesign } from './context.ts'
import { blocksIn } from './model.ts'

const ways: { value: HandlerRule['by']; label: string; make: () => HandlerRule }[] = [
  { value: 'starter', label: '发起人', make: () => ({ by: 'starter' }) },
  { value: 'leader', label: '发起人的领导', make: () => ({ by: 'leader', levels: 1 }) },
  { value: 'person', label: '指定人员', make: () => ({ by: 'person', persons: [] }) },
  { value: 'duty', label: '岗位职责', make: () => ({ by: 'duty', duty: '', unit: 'starter' }) },
  { value: 'division', label: '内设机构', make: () => ({ by: 'division', division: '', duty: '', unit: 'starter' }) },
  { value: 'post', label: '职务', make: () => ({ by: 'post', title: '', unit: 'starter' }) },
  { value: 'line', label: '业务主管单位', make: () => ({ by: 'line', duty: '' }) },
  { value: 'role', label: '系统角色', make: () => ({ by: 'role', role: '', unit: 'starter' }) },
  { value: 'handler', label: '前面环节的办理人', make: () => ({ by: 'handler', step: '' }) },
  { value: 'field', label: '表单里填的人', make: () => ({ by: 'field', field: '' }) },
  { value: 'choice', label: '由前面的人选定', make: () => ({ by: 'choice' }) },
  { value: 'expression', label: '按表达式（专业）', make: () => ({ by: 'expression', expression: '' }) },
]

interface Props {
  rules: readonly HandlerRule[]
  /** the step they belong to, which cannot name itself */
  own: string
  /** 票签: how many votes whoever a rule finds has */
  weighed?: boolean
  onChange: (rules: HandlerRule[]) => void
}

/** 由谁办理: rules one under the other; everybody any of them finds handles the step. */
export function RuleEditor({ rules, own, weighed = false, onChange }: Props) {
  const set = (index: number, rule: HandlerRule) => onChange(rules.map((one, at) => (at === index ? rule : one)))
  return (
    <div className="wf-rules">
      {rules.map((rule, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rules have no name of their own, and their order is theirs
        <div key={index} className="rule">
          <div className="qt-row">
            <Select
              aria-label={`第 ${index + 1} 条：怎样找人`}
              className="qt-grow"
              value={rule.by}
              options={ways}
              onChange={(by) => set(index, (ways.find(({ value }) => value === by) ?? ways[0])?.make() ?? rule)}
            />
            {rules.length > 1 && (
              <button
                type="button"
                className="qt-ib"
                aria-label={`删去第 ${index + 1} 条`}
                onClick={() => onChange(rules.filter((_, at) => at !== index))}
              >
                <Icon name="trash" size={16} />
              </button>
            )}
          </div>
          <RuleFields rule={rule} own={own} onChange={(next) => set(index, { ...next, ...weightOf(rule) })} />
          {weighed && (
            <InputNumber
              aria-label={`第 ${index + 1} 条的人每人几票`}
              prefix="每人"
              suffix="票"
              min={1}
              max={100}
              precision={0}
              value={rule.weight ?? 1}
              onChange={(weight) => {
                const { weight: _, ...rest } = rule
                set(index, weight && weight > 1 ? { ...rest, weight } : rest)
              }}
            />
          )}
        </div>
      ))}
      <Button
        size="small"
        icon={<Icon name="plus" size={14} />}
        onClick={() => onChange([...rules, { by: 'person', persons: [] }])}
      >
        再加一条
      </Button>
    </div>
  )
}

const weightOf = ({ weight }: HandlerRule) => (weight === undefined ? {} : { weight })

interface OneProps<R> {
  rule: R
  own: string
  onChange: (rule: HandlerRule) => void
}

function RuleFields({ rule, own, onChange }: OneProps<HandlerRule>) {
  const { kit, called, learn } = useDesign()
  switch (rule.by) {
    case 'person':
      return (
        <PersonPicker
          multiple
          value={rule.persons.map((id) => ({ id, name: called.nameOf(id) || '已离开的人员' }))}
          search={searchPeople}
          onChange={(people) => {
            for (const { id, name } of people) learn(id, name)
            onChange({ by: 'person', persons: people.map(({ id }) => id) })
          }}
        />
      )
    case 'leader':
      return (
        <InputNumber
          aria-label="向上第几级"
          prefix="向上第"
          suffix="级"
          min={1}
          max={10}
          precision={0}
          value={rule.levels}
          onChange={(levels) => onChange({ by: 'leader', levels: levels ?? 1 })}
        />
      )
    case 'duty':
    case 'line':
      return (
        <>
          {rule.by === 'duty' && <UnitOf rule={rule} onChange={onChange} />}
          <Duty value={rule.duty} onChange={(duty) => onChange({ ...rule, duty })} />
        </>
      )
    case 'division':
      return (
        <>
          <UnitOf rule={rule} onChange={onChange} />
          <Input
            aria-label="内设机构名称"
            placeholder="内设机构，如：财务科"
            value={rule.division}
            maxLength={60}
            onChange={(event) => onChange({ ...rule, division: event.target.value })}
          />
          <Duty value={rule.duty} onChange={(duty) => onChange({ ...rule, duty })} />
        </>
      )
    case 'post':
      return (
        <>
          <UnitOf rule={rule} onChange={onChange} />
          <Input
            aria-label="职务"
            placeholder="职务，如：科长"
            value={rule.title}
            maxLength={60}
            onChange={(event) => onChange({ ...rule, title: event.target.value })}
          />
        </>
      )
    case 'role':
      return (
        <>
          <UnitOf rule={rule} onChange={onChange} />
          <Select
            aria-label="角色"
            placeholder="选择角色"
            value={rule.role || undefined}
            options={kit.roles.map(({ name, title }) => ({ value: name, label: title }))}
            onChange={(role) => onChange({ ...rule, role })}
          />
        </>
      )
    default:
      return <OtherFields rule={rule} own={own} onChange={onChange} />
  }
}

function OtherFields({ rule, own, onChange }: OneProps<HandlerRule>) {
  const { process } = useDesign()
  if (rule.by === 'field')
    return <FieldSelect value={rule.field} onChange={(field) => onChange({ by: 'field', field })} />
  if (rule.by === 'handler') {
    const steps = blocksIn(process.blocks).filter(({ type, id }) => type === 'approve' && id !== own)
    return (
      <Select
        aria-label="哪个环节"
        placeholder="选择环节"
        value={rule.step || undefined}
        options={steps.map(({ id, name }) => ({ value: id, label: name || '未命名' }))}
        onChange={(step) => onChange({ by: 'handler', step })}
      />
    )
  }
  if (rule.by === 'expression')
    return (
      <Input.TextArea
        aria-label="找人的表达式"
        placeholder="FEEL 表达式，得出人员编号"
        value={rule.expression}
        maxLength={2000}
        autoSize={{ minRows: 2 }}
        onChange={(event) => onChange({ by: 'expression', expression: event.target.value })}
      />
    )
  return null
}

/** A field of the form, from those the process declares. */
export function FieldSelect({ value, onChange }: { value: string; onChange: (field: string) => void }) {
  const { process } = useDesign()
  return (
    <Select
      aria-label="表单字段"
      placeholder="选择表单字段"
      value={value || undefined}
      options={process.fields.map((name) => ({ value: name, label: name }))}
      notFoundContent="还没有表单字段。点“开始”，在右边添加。"
      onChange={onChange}
    />
  )
}

function Duty({ value, onChange }: { value: string; onChange: (duty: string) => void }) {
  const { kit } = useDesign()
  return (
    <Select
      aria-label="岗位职责"
      placeholder="选择岗位职责"
      showSearch
      value={value || undefined}
      options={kit.duties.map(({ name, note }) => ({ value: name, label: name, title: note }))}
      onChange={onChange}
    />
  )
}

const units = [
  { value: 'starter', label: '发起人的单位' },
  { value: 'superior', label: '发起人的上级单位' },
  { value: 'line', label: '业务主管单位' },
  { value: 'id', label: '指定一个单位' },
  { value: 'field', label: '表单里填的单位' },
]
type WithUnit = Extract<HandlerRule, { unit: UnitRule }>

function UnitOf({ rule, onChange }: { rule: WithUnit; onChange: (rule: HandlerRule) => void }) {
  const { called, learn } = useDesign()
  const { load, search } = useUnits()
  const { unit } = rule
  const chosen = typeof unit === 'string' ? unit : 'id' in unit ? 'id' : 'field'
  const set = (next: UnitRule) => onChange({ ...rule, unit: next })
  return (
    <>
      <Select
        aria-label="哪个单位"
        value={chosen}
        options={units}
        onChange={(way) => set(way === 'id' ? { id: '' } : way === 'field' ? { field: '' } : (way as 'starter'))}
      />
      {typeof unit === 'object' && 'id' in unit && (
        <UnitPicker
          value={unit.id ? [{ id: unit.id, name: called.nameOf(unit.id) || '已撤销的单位' }] : []}
          load={load}
          search={search}
          onChange={([one]) => {
            if (one) learn(one.id, one.name)
            set({ id: one?.id ?? '' })
          }}
        />
      )}
      {typeof unit === 'object' && 'field' in unit && (
        <FieldSelect value={unit.field} onChange={(field) => set({ field })} />
      )}
    </>
  )
}
