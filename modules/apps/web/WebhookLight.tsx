import { format, Light } from '#ui'
import { type Webhook, webhookStates } from '../contract.ts'

/** How a subscription fares, in words. */
export function WebhookLight({ state, failingSince, lastOkAt }: Pick<Webhook, 'state' | 'failingSince' | 'lastOkAt'>) {
  if (state !== 'active') return <Light state={state === 'disabled' ? 'over' : 'off'}>{webhookStates[state]}</Light>
  if (failingSince) return <Light state="warn">{format.moment(failingSince)} 起送不到</Light>
  return lastOkAt ? <Light state="ok">正常</Light> : <Light state="off">还没有发过</Light>
}
