import { z } from 'zod'
import { defineApi, get, Id, listInput, listOutput, Moment, post } from '#kernel/contract'

const node = z.string().max(200)
const Move = z.object({
  from: z.uuid(),
  to: z.uuid(),
  /** element of the old version → element of the new one; what is not named keeps its number */
  mapping: z
    .record(node, node)
    .refine((mapping) => Object.keys(mapping).length <= 500, '一次最多写 500 个对应关系。')
    .default({}),
})
const Blocked = z.object({
  id: z.uuid(),
  title: z.string(),
  unitName: z.string(),
  blockers: z.array(z.object({ node: z.string(), message: z.string() })),
})
const Step = z.object({ node: z.string(), name: z.string() })
const Migration = z.object({
  id: z.uuid(),
  processName: z.string(),
  fromVersion: z.number().int(),
  toVersion: z.number().int(),
  reason: z.string(),
  startedAt: Moment,
  endedAt: Moment.nullable(),
  total: z.number().int(),
  waiting: z.number().int(),
  done: z.number().int(),
  blocked: z.number().int(),
})
export type Migration = z.infer<typeof Migration>

export const migrationApi = defineApi({
  migrationSteps: get('/api/workflow/migrations/steps', {
    summary: '两个版本的环节，供对应',
    permission: 'workflow:administer',
    input: z.object({ from: z.uuid(), to: z.uuid() }),
    output: z.object({ from: z.array(Step), to: z.array(Step) }),
  }),
  tryMigration: post('/api/workflow/migrations/trial', {
    summary: '试算流程换版：逐件说明能不能换',
    permission: 'workflow:administer',
    input: Move.extend({ after: z.uuid().optional() }),
    output: z.object({
      /** of the instances looked at by this call; go on with `after: next` until it is null */
      looked: z.number().int(),
      ready: z.number().int(),
      blocked: z.array(Blocked),
      next: z.uuid().nullable(),
      /** steps of both versions, to choose what corresponds */
      steps: z.object({ from: z.array(Step), to: z.array(Step) }),
    }),
  }),
  migrate: post('/api/workflow/migrations', {
    summary: '把办理中的事换到流程的另一版',
    permission: 'workflow:administer',
    input: Move.extend({ reason: z.string().trim().min(1, '请填写原因。').max(500, '原因最多 500 个字。') }),
    output: Migration,
  }),
  migration: get('/api/workflow/migrations/:id', {
    summary: '一次流程换版的进度',
    permission: 'workflow:administer',
    input: Id,
    output: Migration,
  }),
  migrations: get('/api/workflow/migrations', {
    summary: '流程换版的进度',
    permission: 'workflow:administer',
    input: listInput({}),
    output: listOutput(Migration),
  }),
  migrationBlocked: get('/api/workflow/migrations/:id/blocked', {
    summary: '没有换成的办件和原因',
    permission: 'workflow:administer',
    input: listInput({ ...Id.shape }),
    output: listOutput(Blocked),
  }),
})
