import { z } from 'zod'
import { defineApi, get, Id, listInput, listOutput, Moment, post } from '#kernel/contract'

/** 管理: what an administrator looks after beyond one case. */

const AdministeredProcess = z.object({ key: z.string(), name: z.string(), unitName: z.string() })
const AdministeredVersion = z.object({
  id: z.uuid(),
  version: z.number().int(),
  note: z.string(),
  publishedAt: Moment,
  /** new cases start on it */
  current: z.boolean(),
  /** cases in the caller's scope that run on it, counted to 1,000 */
  running: z.number().int(),
})
export type AdministeredVersion = z.infer<typeof AdministeredVersion>

const Handing = z.object({
  id: z.uuid(),
  fromName: z.string(),
  fromUnitName: z.string(),
  toName: z.string(),
  /** null: somebody left, and their successor took over */
  reason: z.string().nullable(),
  byName: z.string().nullable(),
  startedAt: Moment,
  endedAt: Moment.nullable(),
  /** cases that were passed on */
  moved: z.number().int(),
})
export type Handing = z.infer<typeof Handing>

export const administrationApi = defineApi({
  administeredProcesses: get('/api/workflow/administration/processes', {
    summary: '本单位范围内在用的流程',
    permission: 'workflow:administer',
    input: z.object({ q: z.string().trim().max(100).optional() }),
    /** at most 200; more by naming it */
    output: z.object({ rows: z.array(AdministeredProcess) }),
  }),
  administeredVersions: get('/api/workflow/administration/processes/:key/versions', {
    summary: '一个流程的各个版本和办理中的件数',
    permission: 'workflow:administer',
    input: z.object({ key: z.string().max(200) }),
    output: z.object({ rows: z.array(AdministeredVersion) }),
  }),
  handings: get('/api/workflow/administration/handings', {
    summary: '办理中环节的移交',
    permission: 'workflow:administer',
    input: listInput({}),
    output: listOutput(Handing),
    label: 'personal',
  }),
  handingSize: get('/api/workflow/administration/handings/size', {
    summary: '一名人员手里还没办的环节',
    permission: 'workflow:administer',
    input: z.object({ personId: z.uuid() }),
    output: z.object({ count: z.number().int(), samples: z.array(z.string()) }),
    label: 'personal',
  }),
  leftBehind: get('/api/workflow/administration/left-behind', {
    summary: '已离岗、手里还有事的人员',
    permission: 'workflow:administer',
    input: z.object({}),
    /** at most 100 */
    output: z.object({ rows: z.array(z.object({ personId: z.uuid(), name: z.string(), unitName: z.string() })) }),
    label: 'personal',
  }),
  handOn: post('/api/workflow/administration/handings', {
    summary: '把一名人员手里的环节全部移交',
    permission: 'workflow:administer',
    input: z.object({
      fromId: z.uuid(),
      toId: z.uuid(),
      reason: z.string().trim().min(1, '请填写原因。').max(500, '原因最多 500 个字。'),
    }),
    output: Id,
    stepUp: true,
  }),
})
