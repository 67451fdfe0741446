import { z } from 'zod'
import { defineApi, Empty, get, Id, listInput, listOutput, Moment, post } from '#kernel/contract'

/** 不在岗: a period in which a person does not handle what comes; steps say what then happens (`absent`). */
export const absenceKinds = {
  leave: '请假',
  trip: '出差',
  training: '学习培训',
  other: '其他',
} as const
const Kind = z.enum(Object.keys(absenceKinds) as [keyof typeof absenceKinds])
export type AbsenceKind = z.infer<typeof Kind>

const Absence = z.object({
  id: z.uuid(),
  personId: z.uuid(),
  personName: z.string(),
  unitName: z.string(),
  kind: Kind,
  from: Moment,
  to: Moment,
  substituteName: z.string().nullable(),
  /** who entered it; null when a business did, as an approved leave */
  enteredBy: z.string().nullable(),
})
export type Absence = z.infer<typeof Absence>

export const absenceTimes = { current: '现在不在岗', coming: '以后', past: '已结束' } as const

export const absenceApi = defineApi({
  absences: get('/api/workflow/absences', {
    summary: '我的不在岗登记',
    permission: 'workflow:handle',
    input: Empty,
    output: z.object({ rows: z.array(Absence) }),
  }),
  enterAbsence: post('/api/workflow/absences', {
    summary: '登记不在岗',
    permission: 'workflow:handle',
    input: z.object({
      /** oneself when absent; others by whoever administers their unit */
      personId: z.uuid().optional(),
      kind: Kind,
      from: Moment,
      to: Moment,
      substituteId: z.uuid().optional(),
    }),
    output: Id,
  }),
  endAbsence: post('/api/workflow/absences/:id/end', {
    summary: '撤销不在岗登记，或提前回岗',
    permission: 'workflow:handle',
    input: Id,
    output: Empty,
  }),
  scopedAbsences: get('/api/workflow/administration/absences', {
    summary: '本单位范围内的不在岗人员',
    permission: 'workflow:administer',
    input: listInput({ when: z.enum(Object.keys(absenceTimes) as [keyof typeof absenceTimes]).optional() }),
    output: listOutput(Absence),
    label: 'personal',
  }),
})
