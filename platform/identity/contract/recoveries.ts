import { z } from 'zod'
import { defineApi, Empty, get, Id, listInput, listOutput, Moment, post } from '#kernel/contract'

export const RecoveryState = z.enum(['waiting', 'approved', 'refused', 'used', 'expired'])
export const RecoveryRow = z.object({
  id: z.uuid(),
  personId: z.uuid(),
  person: z.string(),
  unit: z.string(),
  login: z.string(),
  reason: z.string(),
  resetFactors: z.boolean(),
  state: RecoveryState,
  openedBy: z.string(),
  openedAt: Moment,
  approvedBy: z.string().nullable(),
  expiresAt: Moment,
  can: z.object({ approve: z.boolean(), refuse: z.boolean() }),
})
export type RecoveryRow = z.infer<typeof RecoveryRow>

/** One of two parts: each administrator hands over one, so neither can use the account alone. */
const Part = z.object({ id: z.uuid(), part: z.string(), expiresAt: Moment })
const recover = { permission: 'identity:recover', stepUp: true, ownTransactions: true } as const

export const recoveryApi = defineApi({
  recoveries: get('/api/recoveries', {
    summary: '账号找回',
    permission: 'identity:recover',
    input: listInput({ state: RecoveryState.optional() }),
    output: listOutput(RecoveryRow),
  }),
  openRecovery: post('/api/recoveries', {
    summary: '发起账号找回',
    input: z.object({
      personId: z.uuid(),
      reason: z.string().trim().min(2, '请写明怎样核实的本人').max(200),
      resetFactors: z.boolean().default(false),
    }),
    output: Part,
    ...recover,
  }),
  approveRecovery: post('/api/recoveries/:id/approve', {
    summary: '批准账号找回',
    input: Id,
    output: Part,
    ...recover,
  }),
  refuseRecovery: post('/api/recoveries/:id/refuse', {
    summary: '否决账号找回',
    permission: 'identity:recover',
    input: Id,
    output: Empty,
  }),
})
