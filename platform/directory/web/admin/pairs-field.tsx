import { Button, Input } from 'antd'
import type { ControlProps, FormField } from '#ui'
import { Entries } from './Entries.tsx'

interface Duty {
  content: string
  basis: string
}
const dutiesOf = (value: unknown): Duty[] => (Array.isArray(value) ? (value as Duty[]) : [])

function Functions({
  value,
  change,
  control,
}: {
  value: Duty[]
  change: (next: Duty[]) => void
  control: ControlProps
}) {
  const put = (at: number, part: Partial<Duty>) =>
    change(value.map((one, place) => (place === at ? { ...one, ...part } : one)))
  return (
    <Entries
      control={control}
      label="三定职责"
      add="添一条职责"
      onAdd={() => change([...value, { content: '', basis: '' }])}
    >
      {value.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is all that tells two of them apart while they are typed
        <div key={at} className="oa-pair">
          <Input.TextArea
            aria-label={`第 ${at + 1} 条职责`}
            placeholder="职责"
            autoSize
            maxLength={1000}
            value={one.content}
            onChange={(event) => put(at, { content: event.target.value })}
          />
          <div className="qt-row">
            <Input
              aria-label={`第 ${at + 1} 条依据`}
              placeholder="依据的文件或条款"
              maxLength={300}
              value={one.basis}
              onChange={(event) => put(at, { basis: event.target.value })}
            />
            <Button aria-label={`删去第 ${at + 1} 条`} onClick={() => change(value.filter((_, place) => place !== at))}>
              删去
            </Button>
          </div>
        </div>
      ))}
    </Entries>
  )
}

/** 三定职责, each with what it rests on. */
export const functionsField = {
  name: 'functions',
  label: '三定职责',
  kind: 'custom',
  render: (value, change, control) => <Functions value={dutiesOf(value)} change={change} control={control} />,
  say: (value) => `${dutiesOf(value).length} 条`,
} as const satisfies FormField

const linesOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])

/** 挂牌 names, one a line. */
export const platesField = {
  name: 'plates',
  label: '挂牌',
  help: '一行一个牌子',
  kind: 'custom',
  render: (value, change, { status, ...control }) => (
    <Input.TextArea
      {...control}
      status={status}
      autoSize={{ minRows: 1 }}
      value={linesOf(value).join('\n')}
      onChange={(event) => change(event.target.value === '' ? [] : event.target.value.split('\n'))}
    />
  ),
  say: (value) => linesOf(value).join('、') || '未填',
} as const satisfies FormField
