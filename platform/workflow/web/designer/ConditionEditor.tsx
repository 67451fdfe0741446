import { Button, Input, Segmented, Select } from 'antd'
import { useState } from 'react'
import { Icon } from '#ui'
import {
  type Comparison,
  type Condition,
  comparisons,
  conditionWords,
  fieldName,
  fromFeel,
  needsValue,
  type Test,
  toFeel,
} from './conditions.ts'
import { useDesign } from './context.ts'
import { namesIn } from './tables/tables.ts'

const options = Object.entries(comparisons).map(([value, label]) => ({ value, label }))
const joins = [
  { value: 'and', label: '都要符合' },
  { value: 'or', label: '符合一条就行' },
]
const blank: Test = { field: '', is: 'eq', value: '' }

interface Props {
  value: string
  onChange: (feel: string) => void
  /** what it may look at; when left out what any step may read */
  names?: readonly string[]
  /** what follows when it holds */
  then?: string
}
/** 什么情况走这里: in words, or for who knows it in FEEL. What words cannot say stays FEEL. */
export function ConditionEditor({ value, onChange, names, then = '就走这里' }: Props) {
  const read = fromFeel(value)
  const [typed, setTyped] = useState(read === undefined)
  // a line that is not finished yet has no FEEL: it is kept here until it has
  const [draft, setDraft] = useState<Condition>(() =>
    read && read.tests.length > 0 ? read : { join: 'and', tests: [blank] },
  )
  const feel = toFeel(draft)
  const shown = read && read.tests.length > 0 && value !== feel && feel !== '' ? read : draft
  const set = (next: Condition) => {
    setDraft(next)
    onChange(toFeel(next))
  }
  const setTest = (index: number, change: Partial<Test>) =>
    set({ ...shown, tests: shown.tests.map((one, at) => (at === index ? { ...one, ...change } : one)) })
  if (typed || read === undefined)
    return (
      <div className="wf-condition">
        <Input.TextArea
          aria-label="条件表达式"
          value={value}
          maxLength={4000}
          autoSize={{ minRows: 3 }}
          placeholder='金额 > 10000 and 部门 = "办公室"'
          onChange={(event) => onChange(event.target.value)}
        />
        {read === undefined ? (
          <p className="qt-tiny qt-quiet">这个条件用词句说不全，只能写表达式（FEEL）。</p>
        ) : (
          <Button
            size="small"
            type="link"
            onClick={() => {
              setDraft(read.tests.length > 0 ? read : { join: 'and', tests: [blank] })
              setTyped(false)
            }}
          >
            改用词句
          </Button>
        )}
      </div>
    )
  return (
    <div className="wf-condition">
      {shown.tests.length > 1 && (
        <Segmented
          block
          aria-label="几条之间"
          options={joins}
          value={shown.join}
          onChange={(join) => set({ ...shown, join: join as 'and' | 'or' })}
        />
      )}
      {shown.tests.map((test, index) => (
        <OneTest
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a condition have no name
          key={index}
          test={test}
          names={names}
          nth={index + 1}
          onChange={(change) => setTest(index, change)}
          onRemove={
            shown.tests.length > 1
              ? () => set({ ...shown, tests: shown.tests.filter((_, at) => at !== index) })
              : undefined
          }
        />
      ))}
      <div className="qt-row">
        <Button
          size="small"
          icon={<Icon name="plus" size={14} />}
          onClick={() => set({ ...shown, tests: [...shown.tests, blank] })}
        >
          再加一条
        </Button>
        <span className="qt-grow" />
        <Button size="small" type="link" onClick={() => setTyped(true)}>
          写表达式
        </Button>
      </div>
      <p className="qt-tiny qt-second" aria-live="polite">
        {feel ? `如果 ${conditionWords(feel)}，${then}。` : '请把每一条都选全、填全。'}
      </p>
    </div>
  )
}

interface OneProps {
  test: Test
  names?: readonly string[]
  nth: number
  onChange: (change: Partial<Test>) => void
  onRemove?: () => void
}
function OneTest({ test: { field, is, value }, names: given, nth, onChange, onRemove }: OneProps) {
  const { process } = useDesign()
  const names = given ?? ['结果', ...namesIn(process)]
  const fields = (field && !names.includes(field) ? [...names, field] : names).map((name) => ({
    value: name,
    label: fieldName(name),
  }))
  return (
    <div className="test">
      <Select
        aria-label={`第 ${nth} 条：看什么`}
        placeholder="看什么"
        value={field || undefined}
        options={fields}
        onChange={(next) => onChange({ field: next })}
      />
      <Select
        aria-label={`第 ${nth} 条：怎样比`}
        value={is}
        options={options}
        onChange={(next) => onChange({ is: next as Comparison })}
      />
      {needsValue(is) && (
        <Input
          aria-label={`第 ${nth} 条：值`}
          placeholder={is === 'in' ? '几个值用顿号隔开' : field === '结果' ? '如：同意' : '值'}
          value={value}
          maxLength={200}
          onChange={(event) => onChange({ value: event.target.value })}
        />
      )}
      {onRemove && (
        <button type="button" className="qt-ib" aria-label={`删去第 ${nth} 条`} onClick={onRemove}>
          <Icon name="trash" size={16} />
        </button>
      )}
    </div>
  )
}
