import { z } from 'zod'
import { defineApi, defineEvent, Empty, get, Moment, post } from '#kernel/contract'

export const DataKey = z.object({
  id: z.number().int(),
  state: z.enum(['pending', 'active', 'retired']),
  /** who guards it: `passphrase`, or the adapter of a hardware module */
  provider: z.string(),
  createdAt: Moment,
  activatedAt: Moment.nullable(),
  /** when nothing sealed by an older key was left */
  resealedAt: Moment.nullable(),
})
export type DataKey = z.infer<typeof DataKey>

export const ResealProgress = z.object({
  table: z.string(),
  column: z.string(),
  /** rows looked at so far, and about how many there are */
  done: z.number().int(),
  rows: z.number().int(),
  finished: z.boolean(),
})
export type ResealProgress = z.infer<typeof ResealProgress>

export const keyRotated = defineEvent('keys.rotated', z.object({ id: z.number().int() }))

export const keysApi = defineApi({
  keys: get('/api/keys', {
    summary: '数据密钥',
    permission: 'keys:read',
    input: Empty,
    output: z.object({
      keys: z.array(DataKey),
      progress: z.array(ResealProgress),
      can: z.object({ rotate: z.boolean() }),
    }),
  }),
  rotate: post('/api/keys/rotate', {
    summary: '轮换数据密钥',
    permission: 'keys:rotate',
    stepUp: true,
    label: 'secret',
    input: Empty,
    output: z.object({ id: z.number().int() }),
  }),
})
