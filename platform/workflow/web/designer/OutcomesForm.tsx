import { Button, Input, Select } from 'antd'
import { Icon } from '#ui'
import type { Outcome } from '../../contract/graph.ts'
import type { StepProps } from './step-props.ts'

const counts = [
  { value: 'agree', label: '算同意' },
  { value: 'reject', label: '算不同意' },
  { value: 'neutral', label: '都不算' },
]
const opinions = [
  { value: 'optional', label: '意见可写' },
  { value: 'required', label: '意见必写' },
  { value: 'none', label: '不写意见' },
]

/** 办理结果: the buttons whoever handles the step has, the first of them the main one. */
export function OutcomesForm({ user, set }: StepProps) {
  const change = (index: number, part: Partial<Outcome>, tag?: string) =>
    set({ outcomes: user.outcomes.map((one, at) => (at === index ? { ...one, ...part } : one)) }, tag)
  const used = user.outcomes.map(({ key }) => key)
  const fresh = (): string => {
    for (let n = user.outcomes.length + 1; ; n++) if (!used.includes(`o${n}`)) return `o${n}`
  }
  return (
    <div className="wf-rules">
      <p className="qt-tiny qt-quiet">办理的人看到的按钮，第一个是主要的。后面的条件可以看“上一步的结果”。</p>
      {user.outcomes.map((outcome, index) => (
        <div key={outcome.key} className="rule">
          <div className="qt-row">
            <Input
              aria-label={`第 ${index + 1} 个结果的名称`}
              className="qt-grow"
              value={outcome.name}
              maxLength={20}
              onChange={(event) => change(index, { name: event.target.value }, `outcome.${outcome.key}`)}
            />
            {user.outcomes.length > 1 && (
              <button
                type="button"
                className="qt-ib"
                aria-label={`删去“${outcome.name}”`}
                onClick={() => set({ outcomes: user.outcomes.filter((_, at) => at !== index) })}
              >
                <Icon name="trash" size={16} />
              </button>
            )}
          </div>
          <div className="qt-row">
            <Select
              aria-label={`“${outcome.name}”怎样算`}
              className="qt-grow"
              value={outcome.counts}
              options={counts}
              onChange={(value) => change(index, { counts: value as Outcome['counts'] })}
            />
            <Select
              aria-label={`选“${outcome.name}”时的意见`}
              className="qt-grow"
              value={outcome.opinion}
              options={opinions}
              onChange={(value) => change(index, { opinion: value as Outcome['opinion'] })}
            />
          </div>
        </div>
      ))}
      <Button
        size="small"
        icon={<Icon name="plus" size={14} />}
        onClick={() =>
          set({
            outcomes: [...user.outcomes, { key: fresh(), name: '新结果', counts: 'neutral', opinion: 'optional' }],
          })
        }
      >
        再加一个结果
      </Button>
    </div>
  )
}
