import { useQuery } from '@tanstack/react-query'
import { Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { apiQuery } from '#kernel/web'
import { Await, Tag, usePhone } from '#ui'
import { type Round, type TrackedStep, trackStates } from '../../contract/designing.ts'
import { designs } from '../client.ts'
import { Drawing, type Mark } from './Drawing.tsx'
import { StepRounds, tones } from './StepRounds.tsx'
import './tracking.css'

const views = [
  { value: 'drawing', label: '流程图' },
  { value: 'list', label: '列表' },
]

/** 流程进度: what is done, where it is, and what will come, on the drawing or as a list. `rev` asks again when the case moved. */
export function Tracking({ id, rev }: { id: string; rev: number }) {
  const phone = usePhone()
  const [chosen, setChosen] = useState<string>()
  const query = useQuery({ ...apiQuery(designs.tracking, { id }), queryKey: [...designs.tracking.key, { id }, rev] })
  const view = chosen ?? (phone ? 'list' : 'drawing')
  return (
    <section className="wf-track" aria-label="流程进度">
      <div className="qt-section">
        <h2>流程进度</h2>
        <span className="qt-grow" />
        <Segmented aria-label="怎样看" options={views} value={view} onChange={(value) => setChosen(String(value))} />
      </div>
      <Await query={query}>
        {({ diagram, steps, passed, ahead, note }) => (
          <>
            {note && <p className="qt-small qt-second">{note}</p>}
            {view === 'list' ? (
              <StepList steps={steps} />
            ) : (
              <Drawn diagram={diagram} steps={steps} passed={passed} ahead={ahead} />
            )}
          </>
        )}
      </Await>
    </section>
  )
}

type Answer = Awaited<ReturnType<typeof designs.tracking>>
function Drawn({ diagram, steps, passed, ahead }: Pick<Answer, 'diagram' | 'steps' | 'passed' | 'ahead'>) {
  const first = steps.find(({ state }) => state === 'stopped' || state === 'current') ?? steps.at(-1)
  const [selected, setSelected] = useState<string>()
  const step = steps.find(({ node }) => node === selected) ?? first
  const marks = useMemo(() => new Map(steps.map((one) => [one.node, markOf(one)])), [steps])
  return (
    <div className="drawn">
      <Drawing
        label="流程图，Tab 键到各环节，回车看详情"
        diagram={diagram}
        marks={marks}
        passed={new Set(passed)}
        ahead={new Set(ahead)}
        selected={step?.node}
        onSelect={setSelected}
      />
      <aside className="side" aria-label="环节详情" aria-live="polite">
        {step ? <StepRounds step={step} /> : <p className="qt-second">这件事还没有经过任何办理环节。</p>}
      </aside>
    </div>
  )
}

const whoHas = (round: Round | undefined): string => {
  const people = (round?.people ?? []).filter(({ state }) => state !== 'cancelled')
  const [first] = people
  if (!first) return ''
  return people.length === 1 ? first.name : `${first.name} 等 ${people.length} 人`
}
const markOf = ({ state, rounds }: TrackedStep): Mark => ({
  look: state,
  word:
    rounds.length > 1 ? `${trackStates[state]}，第 ${rounds.at(-1)?.round ?? rounds.length} 次` : trackStates[state],
  note: whoHas(rounds.at(-1)) || undefined,
})

/** The same for a narrow screen and for whoever listens. */
const StepList = ({ steps }: { steps: readonly TrackedStep[] }) => (
  <ol className="list">
    {steps.map((step) => (
      <li key={step.node} className={step.state}>
        <StepRounds step={step} />
      </li>
    ))}
    {steps.length === 0 && (
      <li>
        <Tag tone={tones.done}>还没有经过任何办理环节</Tag>
      </li>
    )}
  </ol>
)
