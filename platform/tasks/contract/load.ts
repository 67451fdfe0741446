import { z } from 'zod'
import { defineApi, Empty, get, listInput, Moment } from '#kernel/contract'
import { Limit, Urgency } from './mine.ts'

const permission = 'tasks:oversee'
const count = z.number().int()

/** 单位工作量: open tasks of the leader's unit and its divisions, by matter and limit. Never by person (国办函〔2026〕12号). */
export const loadApi = defineApi({
  load: get('/api/tasks/load', {
    summary: '本单位待办的事项和时限',
    permission,
    input: Empty,
    output: z.object({
      unitName: z.string(),
      total: count,
      matters: z.array(z.object({ matter: z.string(), over: count, near: count, ok: count })),
    }),
  }),
  loadRows: get('/api/tasks/load/rows', {
    summary: '本单位的待办',
    permission,
    input: listInput({ matter: z.string().max(60).optional(), due: Limit.optional() }),
    output: z.object({
      rows: z.array(
        z.object({
          id: z.uuid(),
          matter: z.string(),
          unitName: z.string(),
          /** whom to ask; titles stay with those who handle them */
          handlerName: z.string(),
          urgency: Urgency,
          dueAt: Moment.nullable(),
          createdAt: Moment,
        }),
      ),
      next: z.string().nullable(),
      total: count.optional(),
    }),
    label: 'personal',
  }),
})
