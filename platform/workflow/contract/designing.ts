import { z } from 'zod'
import { defineApi, del, Empty, get, Id, listInput, listOutput, Moment, post, put } from '#kernel/contract'
import { BlockProcessShape } from './block-shapes.ts'
import type { BlockProcess } from './blocks.ts'

/** 流程设计: drafts, trying a process out before anybody meets it, and where a case stands on its drawing. */

const Fault = z.object({
  code: z.string(),
  /** id of the element, empty when it is the whole process */
  element: z.string(),
  name: z.string(),
  message: z.string(),
})
export type Fault = z.infer<typeof Fault>

export const designStates = {
  draft: '未发布',
  published: '已发布',
  changed: '有改动未发布',
  retired: '已停用',
} as const
const DesignState = z.enum(Object.keys(designStates) as [keyof typeof designStates])

const Design = z.object({
  /** of the process within all units */
  key: z.string(),
  name: z.string(),
  unitId: z.uuid(),
  unitName: z.string(),
  state: DesignState,
  /** the version new cases start on */
  version: z.number().int().nullable(),
  definitionId: z.uuid().nullable(),
  publishedAt: Moment.nullable(),
  draftId: z.uuid().nullable(),
  editedBy: z.string().nullable(),
  editedAt: Moment.nullable(),
})
export type Design = z.infer<typeof Design>

/** Blocks are checked by their own shape; they nest, which a table of the API cannot show. */
const Process = z.custom<BlockProcess>(
  (value) => BlockProcessShape.safeParse(value).success,
  '流程内容的格式不对，请刷新页面后重试。',
)
const Xml = z.string().min(1, '请选择流程文件。').max(900_000, '流程文件最大 900 kB。')
const Content = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('blocks'), process: Process }),
  z.object({ kind: z.literal('bpmn'), xml: Xml }),
])
export type Content = z.infer<typeof Content>

const Checked = z.object({
  revision: z.number().int(),
  editedAt: Moment,
  /** publishing waits for these */
  problems: z.array(Fault),
  warnings: z.array(Fault),
})
export type Checked = z.infer<typeof Checked>

const Draft = Checked.extend({
  id: z.uuid(),
  key: z.string(),
  name: z.string(),
  unitId: z.uuid(),
  unitName: z.string(),
  editedBy: z.string(),
  /** by somebody else within the last minutes */
  busy: z.boolean(),
  published: z.object({ id: z.uuid(), version: z.number().int(), at: Moment }).nullable(),
  content: Content,
  /** the same as blocks; null when the simple designer cannot draw it, and why */
  blocks: Process.nullable(),
  reasons: z.array(z.string()),
  xml: z.string(),
  /** people and units it names, by id */
  names: z.record(z.string(), z.string()),
  /** what a try may fill in: its fields, and what its conditions read */
  asks: z.array(z.string()),
  /** steps whose people somebody before them chooses */
  chosen: z.array(z.object({ node: z.string(), name: z.string() })),
})
export type Draft = z.infer<typeof Draft>

const Point = z.object({ x: z.number(), y: z.number() })
/** A drawing: what stands where. `kind` is the node's in the graph. */
const Diagram = z.object({
  nodes: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      name: z.string(),
      x: z.number(),
      y: z.number(),
      width: z.number(),
      height: z.number(),
      /** timer, message … of an event */
      event: z.string().nullable(),
    }),
  ),
  edges: z.array(
    z.object({ id: z.string(), from: z.string(), to: z.string(), name: z.string(), points: z.array(Point) }),
  ),
})
export type Diagram = z.infer<typeof Diagram>

const Person = z.object({ personId: z.uuid(), name: z.string(), unitName: z.string() })
export const trackStates = {
  done: '已办',
  current: '在办',
  expected: '预计',
  returned: '已退回',
  skipped: '免办',
  stopped: '停住',
  cancelled: '已作废',
} as const
export type TrackState = keyof typeof trackStates
const Track = z.enum(Object.keys(trackStates) as [TrackState])
const Round = z.object({
  round: z.number().int(),
  state: Track,
  entered: Moment.nullable(),
  left: Moment.nullable(),
  /** in the words of the process */
  outcome: z.string().nullable(),
  /** why it stopped */
  fault: z.string().nullable(),
  dueAt: Moment.nullable(),
  people: z.array(
    Person.extend({
      /** the principal, where a delegation put this person here */
      ownerName: z.string().nullable(),
      state: z.enum(['waiting', 'open', 'paused', 'done', 'cancelled', 'expected']),
      outcome: z.string().nullable(),
      opinion: z.string().nullable(),
      at: Moment.nullable(),
    }),
  ),
})
export type Round = z.infer<typeof Round>
const TrackedStep = z.object({ node: z.string(), name: z.string(), state: Track, rounds: z.array(Round) })
export type TrackedStep = z.infer<typeof TrackedStep>

const Values = z
  .record(z.string().max(200), z.json())
  .refine((values) => JSON.stringify(values).length <= 65_536, '试填的内容太长，最多 64 kB。')
const Move = z.object({
  /** slot of the try, as the answer before named it */
  slot: z.string().max(20),
  outcome: z.string().max(60),
  values: Values.optional(),
})
/** How the people of one step were looked for, rule by rule. */
const Search = z.object({ rule: z.string(), people: z.array(Person) })
const Tried = z.object({
  node: z.string(),
  name: z.string(),
  round: z.number().int(),
  kind: z.enum(['step', 'copy', 'service', 'child', 'wait', 'other']),
  state: z.enum(['done', 'open', 'skipped', 'stopped']),
  people: z.array(
    Person.extend({ slot: z.string().nullable(), outcome: z.string().nullable(), ownerName: z.string().nullable() }),
  ),
  search: z.array(Search),
  outcome: z.string().nullable(),
  /** one sentence: skipped because …, nobody found, so it went to … */
  note: z.string().nullable(),
})
export type Tried = z.infer<typeof Tried>
const Simulation = z.object({
  status: z.enum(['running', 'completed', 'terminated']),
  steps: z.array(Tried),
  /** flows and elements gone through */
  passed: z.array(z.string()),
  /** who must decide next; empty at the end */
  open: z.array(
    Person.extend({
      slot: z.string(),
      node: z.string(),
      step: z.string(),
      outcomes: z.array(
        z.object({ key: z.string(), name: z.string(), counts: z.enum(['agree', 'reject', 'neutral']) }),
      ),
      fields: z.array(z.object({ name: z.string(), required: z.boolean() })),
    }),
  ),
  /** the moves that led here, those made by "all agree" among them */
  moves: z.array(Move),
  values: z.record(z.string(), z.json()),
})
export type Simulation = z.infer<typeof Simulation>

const Change = z.object({
  kind: z.enum(['added', 'removed', 'changed']),
  element: z.string(),
  what: z.string(),
  details: z.array(z.string()),
})
export type Change = z.infer<typeof Change>

const Revision = Id.extend({ revision: z.number().int() })
const Name = z.string().trim().min(1, '请填写流程名称。').max(100, '流程名称最多 100 个字。')

export const designingApi = defineApi({
  designs: get('/api/workflow/designs', {
    summary: '本单位范围内的流程',
    permission: 'workflow:design',
    input: listInput({ state: DesignState.optional() }),
    output: listOutput(Design),
  }),
  versions: get('/api/workflow/designs/:key/versions', {
    summary: '流程的各个版本',
    permission: 'workflow:design',
    input: z.object({ key: z.string().max(200) }),
    output: z.object({
      rows: z.array(
        z.object({
          id: z.uuid(),
          version: z.number().int(),
          name: z.string(),
          note: z.string(),
          publishedAt: Moment,
          publishedBy: z.string(),
          /** cases that still run on it, counted to 1,000 */
          running: z.number().int(),
        }),
      ),
    }),
  }),
  designKit: get('/api/workflow/design-kit', {
    summary: '设计流程可用的服务、职责、角色和样例',
    permission: 'workflow:design',
    input: Empty,
    output: z.object({
      /** where a new process of the caller would belong */
      unit: z.object({ id: z.uuid(), name: z.string() }).nullable(),
      services: z.array(z.string()),
      duties: z.array(z.object({ name: z.string(), note: z.string() })),
      roles: z.array(z.object({ name: z.string(), title: z.string() })),
      examples: z.array(z.object({ key: z.string(), name: z.string(), note: z.string() })),
    }),
  }),
  createDraft: post('/api/workflow/drafts', {
    summary: '新建流程草稿',
    permission: 'workflow:design',
    input: z.object({
      unitId: z.uuid(),
      from: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('blank'), name: Name }),
        z.object({ kind: z.literal('example'), example: z.string().max(60), name: Name }),
        z.object({ kind: z.literal('copy'), definitionId: z.uuid(), name: Name }),
        /** the next version of a process of this unit; its draft, when there is one already */
        z.object({ kind: z.literal('next'), definitionId: z.uuid() }),
        z.object({ kind: z.literal('file'), xml: Xml }),
      ]),
    }),
    output: Id,
  }),
  draft: get('/api/workflow/drafts/:id', {
    summary: '流程草稿',
    permission: 'workflow:design',
    input: Id,
    output: Draft,
  }),
  saveDraft: put('/api/workflow/drafts/:id', {
    summary: '保存流程草稿',
    permission: 'workflow:design',
    input: Revision.extend({ content: Content }),
    output: Checked,
    // each is checked as a whole process
    limit: { max: 120, seconds: 60 },
  }),
  removeDraft: del('/api/workflow/drafts/:id', {
    summary: '删除流程草稿',
    permission: 'workflow:design',
    input: Revision,
    output: Empty,
  }),
  compareDraft: get('/api/workflow/drafts/:id/changes', {
    summary: '草稿与已发布版本的区别',
    permission: 'workflow:design',
    input: Id,
    output: z.object({ version: z.number().int().nullable(), changes: z.array(Change) }),
  }),
  draftDiagram: get('/api/workflow/drafts/:id/diagram', {
    summary: '流程草稿的图',
    permission: 'workflow:design',
    input: Id,
    output: Diagram,
  }),
  simulate: post('/api/workflow/drafts/:id/simulation', {
    summary: '试办流程草稿',
    permission: 'workflow:design',
    input: Id.extend({
      /** oneself when absent */
      starterId: z.uuid().optional(),
      values: Values.default({}),
      choices: z.record(z.string().max(200), z.array(z.uuid()).max(50)).default({}),
      moves: z.array(Move).max(200, '试办最多 200 步。').default([]),
      /** everybody agrees from here on */
      agree: z.boolean().default(false),
    }),
    output: Simulation,
    limit: { max: 60, seconds: 60 },
  }),
  publishDraft: post('/api/workflow/drafts/:id/publish', {
    summary: '发布流程草稿',
    permission: 'workflow:publish',
    input: Revision.extend({
      note: z.string().trim().min(1, '请写明这一版改了什么。').max(500, '版本说明最多 500 个字。'),
    }),
    output: z.object({ id: z.uuid(), key: z.string(), version: z.number().int() }),
  }),
  tracking: get('/api/workflow/instances/:id/tracking', {
    summary: '办件的流程图和进度',
    permission: 'workflow:handle',
    input: Id,
    output: z.object({
      diagram: Diagram,
      steps: z.array(TrackedStep),
      /** elements and flows the case went through */
      passed: z.array(z.string()),
      /** where it will go as far as can be seen now: everybody agrees, the values stay as they are */
      ahead: z.array(z.string()),
      /** why nothing can be said about what comes */
      note: z.string().nullable(),
    }),
    label: 'personal',
  }),
})
