import { Input, InputNumber, Select } from 'antd'
import { type ReactNode, useId } from 'react'
import type { Elements, Limit, Question, When } from '../contract.ts'

interface Named<V> {
  label: string
  value: V
  onChange: (value: V) => void
}

/** Small controls of the editor: the name stands over the field. */
export function Labelled({
  label,
  narrow,
  children,
}: {
  label: string
  narrow?: boolean
  children: (id: string) => ReactNode
}) {
  const id = useId()
  return (
    <div className={narrow ? 'mt-input narrow' : 'mt-input'}>
      <label id={`${id}-label`} htmlFor={id}>
        {label}
      </label>
      {children(id)}
    </div>
  )
}

export function Text({ label, value, onChange, rows, most = 200 }: Named<string> & { rows?: number; most?: number }) {
  return (
    <Labelled label={label}>
      {(id) =>
        rows ? (
          <Input.TextArea
            id={id}
            value={value}
            maxLength={most}
            autoSize={{ minRows: rows }}
            onChange={(event) => onChange(event.target.value)}
          />
        ) : (
          <Input id={id} value={value} maxLength={most} onChange={(event) => onChange(event.target.value)} />
        )
      }
    </Labelled>
  )
}

export function Count({ label, value, onChange, unit }: Named<number> & { unit?: string }) {
  return (
    <Labelled label={label} narrow>
      {(id) => (
        <InputNumber
          id={id}
          value={value}
          min={0}
          max={3650}
          precision={0}
          suffix={unit}
          onChange={(next) => onChange(next ?? 0)}
        />
      )}
    </Labelled>
  )
}

const optionsOf = <V extends string>(words: Readonly<Record<V, string>>) =>
  (Object.entries(words) as [V, string][]).map(([value, label]) => ({ value, label }))

interface Choice<V extends string> extends Named<V> {
  words: Readonly<Record<V, string>>
}
export function Choose<V extends string>({ label, value, onChange, words }: Choice<V>) {
  return (
    <Labelled label={label} narrow>
      {(id) => <Select<V> id={id} value={value} options={optionsOf(words)} onChange={onChange} />}
    </Labelled>
  )
}

interface Several<V extends string> {
  label: string
  value: readonly V[]
  onChange: (value: V[]) => void
  words: Readonly<Record<V, string>>
}
export function ChooseSeveral<V extends string>({ label, value, onChange, words }: Several<V>) {
  return (
    <Labelled label={label}>
      {(id) => (
        <Select<V[]> id={id} mode="multiple" value={[...value]} options={optionsOf(words)} onChange={onChange} />
      )}
    </Labelled>
  )
}

export function LimitInput({ label, value, onChange }: Named<Limit | null>) {
  return (
    <div className="mt-input">
      <span>{label}</span>
      <div className="qt-row">
        <InputNumber
          aria-label={`${label}（天数）`}
          value={value?.days}
          min={0}
          max={3650}
          precision={0}
          placeholder="不限"
          onChange={(days) => onChange(days === null ? null : { unit: value?.unit ?? 'working', days })}
        />
        <Select<Limit['unit']>
          aria-label={`${label}（单位）`}
          value={value?.unit ?? 'working'}
          options={[
            { value: 'working', label: '个工作日' },
            { value: 'calendar', label: '日' },
          ]}
          onChange={(unit) => value && onChange({ ...value, unit })}
        />
      </div>
    </div>
  )
}

/** Lines of text as one box, a line each. */
export function LinesInput({ label, value, onChange }: Named<readonly string[]>) {
  return (
    <Labelled label={`${label}（一行一条）`}>
      {(id) => (
        <Input.TextArea
          id={id}
          value={value.join('\n')}
          autoSize={{ minRows: 2 }}
          onChange={(event) => onChange(event.target.value.split('\n'))}
        />
      )}
    </Labelled>
  )
}

interface WhenProps {
  value: When | undefined
  questions: Elements['questions']
  onChange: (value: When | undefined) => void
}
const SEPARATOR = '/'
/** In which situation the part applies: answers to the questions of the matter. */
export function WhenInput({ value, questions, onChange }: WhenProps) {
  if (questions.length === 0) return null
  const chosen = Object.entries(value ?? {}).flatMap(([question, options]) =>
    options.map((option) => `${question}${SEPARATOR}${option}`),
  )
  const change = (next: string[]) => {
    const pairs = next.map((one) => one.split(SEPARATOR) as [string, string])
    const when: When = {}
    for (const [question, option] of pairs) when[question] = [...(when[question] ?? []), option]
    onChange(pairs.length > 0 ? when : undefined)
  }
  return (
    <Labelled label="哪种情形下适用（不选为都适用）">
      {(id) => (
        <Select<string[]>
          id={id}
          mode="multiple"
          value={chosen}
          options={questions.map((question: Question) => ({
            label: question.text,
            options: question.options.map((option) => ({
              value: `${question.key}${SEPARATOR}${option.key}`,
              label: `${question.text}：${option.text}`,
            })),
          }))}
          onChange={change}
        />
      )}
    </Labelled>
  )
}
