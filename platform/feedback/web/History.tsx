import type { z } from 'zod'
import { format } from '#ui'
import type { FeedbackStep } from '../contract.ts'
import './feedback.css'

const words = { sent: '提交', replied: '回复', closed: '办结' } as const

/** What was written, where, and everything that happened since. */
export function History({
  text,
  path,
  history,
}: {
  text: string
  path: string
  history: z.infer<typeof FeedbackStep>[]
}) {
  return (
    <>
      <p className="feedback-text first">{text}</p>
      <p className="qt-tiny qt-quiet">写于页面 {path}</p>
      <ol className="feedback-steps" aria-label="办理经过">
        {history.map((step) => (
          <li key={step.id}>
            <p className="qt-small qt-second">
              {step.actorName} {words[step.action]}，{format.moment(step.at)}
            </p>
            {step.text && <p className="feedback-text">{step.text}</p>}
          </li>
        ))}
      </ol>
    </>
  )
}
