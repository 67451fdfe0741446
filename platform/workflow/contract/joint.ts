import { z } from 'zod'
import { defineApi, get, Id, Moment } from '#kernel/contract'

/** One branch of a matter that several units handle together, as the applicant follows it. */
const Branch = z.object({
  id: z.uuid(),
  /** the step of the whole that called it, and which of its branches it is, from 0: what `return-branch` names */
  call: z.string().nullable(),
  run: z.number().int().nullable(),
  callName: z.string().nullable(),
  processName: z.string(),
  unitName: z.string(),
  steps: z.array(z.string()),
  status: z.enum(['running', 'suspended', 'completed', 'terminated']),
  faulty: z.boolean(),
  /** the caller may have this one handled anew, the others staying as they are */
  returnable: z.boolean(),
  since: Moment,
  endedAt: Moment.nullable(),
  /** the earliest limit that is open in it */
  dueAt: Moment.nullable(),
})
export type Branch = z.infer<typeof Branch>

export const jointApi = defineApi({
  branches: get('/api/workflow/instances/:id/branches', {
    summary: '联办的各个分支办到哪里',
    permission: 'workflow:handle',
    input: Id,
    output: z.object({ rows: z.array(Branch) }),
  }),
})
