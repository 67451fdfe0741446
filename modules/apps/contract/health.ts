import { z } from 'zod'
import { defineApi, get, Id, listInput, listOutput, Moment } from '#kernel/contract'
import { AppState } from './register.ts'

export const HealthRow = z.object({
  id: z.uuid(),
  name: z.string(),
  unitName: z.string(),
  state: AppState,
  health: z.enum(['unknown', 'up', 'down']),
  checkedAt: Moment.nullable(),
  /** median of the last day, ms */
  latency: z.number().int().nullable(),
  /** failed checks of the last day, 0 to 1 */
  errorRate: z.number().nullable(),
  /** calls and sign-ins of the last seven days; never by person */
  calls: z.number().int(),
  lastCallAt: Moment.nullable(),
})
export type HealthRow = z.infer<typeof HealthRow>

export const healthApi = defineApi({
  health: get('/api/apps/health', {
    summary: '应用运行监测',
    permission: 'apps:operate',
    /** `idleDays`: only applications in force without a call for so long 僵尸应用 */
    input: listInput({
      health: z.enum(['unknown', 'up', 'down']).optional(),
      idleDays: z.number().int().min(1).max(3650).optional(),
      state: AppState.optional(),
    }),
    output: listOutput(HealthRow),
  }),
  probes: get('/api/apps/health/:id', {
    summary: '应用的健康检查记录',
    permission: 'apps:operate',
    input: Id,
    output: z.object({
      rows: z.array(z.object({ at: Moment, ok: z.boolean(), ms: z.number().int(), fault: z.string().nullable() })),
      usage: z.array(z.object({ hour: Moment, calls: z.number().int(), refused: z.number().int() })),
    }),
  }),
})
