import { Tag } from '#ui'
import { type AppState, appStates, type PendingState } from '../contract.ts'

const tones: Record<AppState, 'plain' | 'primary' | 'ok' | 'warn' | 'over'> = {
  draft: 'plain',
  checked: 'plain',
  submitted: 'primary',
  approved: 'ok',
  suspended: 'over',
  retired: 'plain',
}

/** The state, and beside it that of a change on its way. */
export function StateTag({ state, pending }: { state: AppState; pending: PendingState | null }) {
  return (
    <>
      <Tag tone={tones[state]}>{appStates[state]}</Tag>
      {state === 'approved' && pending && <Tag tone="warn">变更{appStates[pending]}</Tag>}
    </>
  )
}
