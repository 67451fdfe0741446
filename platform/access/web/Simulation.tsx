import { Button, Select } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { ErrorState, format, Light } from '#ui'
import type { Change } from '../contract.ts'
import { access } from './client.ts'
import { InputFacts } from './InputFacts.tsx'
import { lineOf, outcomeLights, outcomes, times } from './words.ts'

const DAYS = [1, 7, 30]

/** What the calls of the last days would have met under this text. */
export function Simulation({ text }: { text: string }) {
  const [days, setDays] = useState(7)
  const simulate = useCommand(access.simulate, { invalidates: [], quiet: true })
  const tried = simulate.variables
  return (
    <section className="qt-block" aria-label="模拟">
      <div className="qt-section">
        <h2>模拟</h2>
      </div>
      <p className="qt-second">把最近真实的访问按这份策略重新判断一遍，看有多少次的结果会变。不影响任何人。</p>
      <div className="ac-actions">
        <Select
          aria-label="用最近几天的访问"
          value={days}
          options={DAYS.map((value) => ({ value, label: `最近 ${value} 天` }))}
          onChange={setDays}
        />
        <Button loading={simulate.isPending} disabled={!text.trim()} onClick={() => simulate.mutate({ text, days })}>
          模拟
        </Button>
        {tried && tried.text !== text && <span className="qt-small qt-second">正文改过了，请重新模拟。</span>}
      </div>
      <div aria-live="polite">
        {simulate.isError && <ErrorState error={simulate.error} onRetry={() => simulate.mutate({ text, days })} />}
        {simulate.data && <Outcome {...simulate.data} days={tried?.days ?? days} />}
      </div>
    </section>
  )
}

interface OutcomeProps {
  calls: number
  inputs: number
  changed: number
  changes: readonly Change[]
  days: number
}

function Outcome({ calls, inputs, changed, changes, days }: OutcomeProps) {
  if (calls === 0) return <p className="qt-block">最近 {days} 天没有访问记录，无从模拟。</p>
  const whole = `最近 ${days} 天有 ${times(calls)}访问，归为 ${format.number(inputs)} 种情形。`
  if (changed === 0) return <p className="qt-block">{whole}结果都不变。</p>
  return (
    <div className="qt-block">
      <p>
        {whole}
        <b>{times(changed)}的结果会变：</b>
      </p>
      <ul className="ac-list" aria-label="结果会变的访问">
        {changes.map((change, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows of one answer never move
          <li key={at}>
            <div className="qt-row">
              <Light state={outcomeLights[change.before]}>{outcomes[change.before]}</Light>
              <span>变为</span>
              <Light state={outcomeLights[change.after]}>{outcomes[change.after]}</Light>
              <span className="qt-second">{times(change.calls)}</span>
            </div>
            <details>
              <summary>
                {change.named.operation}
                <span className="qt-small qt-second">，{lineOf(change.input, change.named, change.until)}</span>
              </summary>
              <InputFacts of={change} more={[['他会看到', change.reason]]} />
            </details>
          </li>
        ))}
      </ul>
      {changes.reduce((sum, { calls: these }) => sum + these, 0) < changed && (
        <p className="qt-small qt-second">只列出次数最多的 {changes.length} 种情形。</p>
      )}
    </div>
  )
}
