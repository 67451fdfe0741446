import type { Handlers } from '#kernel/module'
import type { appsApi } from '../contract.ts'
import { check } from './checks.ts'
import { answerConsent, consent } from './consents.ts'
import { approve, resume, retire, sendBack, suspend } from './decide.ts'
import { health, probes } from './health.ts'
import { icon, setIcon } from './icons.ts'
import { managed, review } from './lists.ts'
import { card, categories, favour, mine, owners, withdrawConsent } from './mine.ts'
import { oneTimeCode } from './one-time-code.ts'
import { openPeople, openUnits } from './open.ts'
import { create, edit, recall, submit } from './register.ts'
import { registered } from './registered.ts'
import { renewSecret } from './secrets.ts'
import { webhookHandlers } from './webhooks/index.ts'

export const handlers: Handlers<typeof appsApi> = {
  managed,
  review,
  registered,
  create,
  edit,
  check,
  submit,
  recall,
  approve,
  sendBack,
  suspend,
  resume,
  retire,
  renewSecret,
  setIcon,
  icon,
  categories,
  mine,
  owners,
  card,
  favour,
  withdrawConsent,
  oneTimeCode,
  consent,
  answerConsent,
  health,
  probes,
  openUnits,
  openPeople,
  ...webhookHandlers,
}
