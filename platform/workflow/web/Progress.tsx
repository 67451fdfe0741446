import { Avatar, format, Light, Tag } from '#ui'
import type { OpenStep } from '../contract.ts'
import { places, slotStates, ways } from './words.ts'

/** Green while there is time, yellow when little is left, red when it is over. */
const lightOf = ({ dueAt, yellowAt }: OpenStep, now = Date.now()): 'ok' | 'warn' | 'over' | undefined => {
  if (!dueAt) return undefined
  if (now > Date.parse(dueAt)) return 'over'
  return yellowAt && now > Date.parse(yellowAt) ? 'warn' : 'ok'
}
const lightWords = { ok: '时限内', warn: '快到期', over: '已超期' } as const

/** 现在的环节: who has it, since when, until when. */
export const Progress = ({ steps }: { steps: readonly OpenStep[] }) => (
  <ul className="wf-steps">
    {steps.map((step) => (
      <li key={step.token} className="wf-step">
        <Step step={step} />
      </li>
    ))}
  </ul>
)

function Step({ step }: { step: OpenStep }) {
  const light = lightOf(step)
  return (
    <>
      <p className="head">
        <b>{step.name}</b>
        {ways[step.way] && <Tag>{ways[step.way]}</Tag>}
        {step.round > 1 && <span className="qt-small qt-second">第 {step.round} 次</span>}
        {step.clockStopped && <Tag tone="warn">计时已暂停</Tag>}
        {light && !step.clockStopped && step.dueAt && (
          <Light state={light}>
            {lightWords[light]}，{format.moment(step.dueAt)} 前办
          </Light>
        )}
      </p>
      {step.parked && <p className="qt-small qt-second">已退回补正，改好后直接交回这里。</p>}
      {step.fault && <p className="wf-fault">{step.fault}</p>}
      <ul className="wf-people">
        {step.slots
          .filter(({ state }) => state !== 'cancelled')
          .map((slot) => (
            <li key={slot.slot} className="wf-person">
              <Avatar name={slot.name} />
              <span className="who">
                {slot.mine ? '您' : slot.name}
                {slot.ownerName && <span className="qt-second">（代{slot.ownerName}）</span>}
                <span className="qt-small qt-second"> {slot.unitName}</span>
              </span>
              <span className="qt-small qt-second">
                {[places[slot.place], slotStates[slot.state]].filter(Boolean).join('，')}
              </span>
            </li>
          ))}
      </ul>
    </>
  )
}
