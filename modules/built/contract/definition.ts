import { z } from 'zod'
import { FormDefinition } from '#platform/forms/contract'

/**
 * An application as one document: what it keeps (entities with their fields and rules), who may do what with it, how it is listed, which
 * processes it runs. It is published as JSON Schema at /api/built/schema and in reports/app-definition.schema.json. A key that is not here is
 * refused: nothing stands in a definition without effect.
 */
export const MOST_OF_APP = {
  entities: 20,
  views: 20,
  grants: 20,
  processes: 10,
  scenarios: 50,
  records: 200,
  /** characters of the whole document as JSON */
  definition: 2 * 1024 * 1024,
} as const

const line = (most: number, what: string) =>
  z
    .string()
    .trim()
    .min(1, `请填写${what}。`)
    .max(most, `${what}最多 ${most} 个字。`)
    .regex(/^\P{Cc}*$/u, `${what}请写成一行。`)
const slug = (most: number, what: string) =>
  z
    .string()
    .regex(
      new RegExp(`^[a-z][a-z0-9-]{0,${most - 1}}$`),
      `${what}由小写字母、数字和连字符组成，以字母开头，最多 ${most} 个字符。`,
    )
export const AppKey = slug(30, '应用编号')
export const EntityKey = slug(25, '对象编号')
const FieldKey = z.string().min(1).max(40)
const AccessLevel = z.enum(['hide', 'read', 'write', 'required'])

/** Who may do what, with which rows and which fields. What no grant gives nobody has. Several grants add up, row by row. */
const Grant = z.strictObject({
  /** everybody in reach; leaders; administrators of a unit; or whoever stands in this field of people */
  to: z.union([z.enum(['everyone', 'leader', 'unit-admin']), z.strictObject({ field: FieldKey })]),
  /** own: what one made oneself; unit: of one's own unit; scope: within one's data scope; all: of all units that use it */
  rows: z.enum(['own', 'unit', 'scope', 'all']),
  may: z.array(z.enum(['create', 'write', 'remove', 'export'])).max(4),
  /** of fields that are not named */
  rest: AccessLevel.default('write'),
  fields: z.record(z.string().max(81), AccessLevel).optional(),
})
export type Grant = z.infer<typeof Grant>

/** A list: what is shown, what one filters by, in which order. */
const View = z.strictObject({
  key: slug(25, '视图编号'),
  name: line(20, '视图名称'),
  columns: z.array(FieldKey).min(1, '视图至少要有一列。').max(40),
  filters: z.array(FieldKey).max(10).optional(),
  /** a field, `-` before it for descending; the newest first where it says nothing */
  sort: z.string().max(41).optional(),
  /** what the list is narrowed to: `类别=年休假`, `天数>=3` */
  where: z.array(z.string().max(200)).max(10).optional(),
})
export type View = z.infer<typeof View>

/** A number of this entity that is counted over the records of another which point here: 已用天数 over 请假单. */
const Rollup = z.strictObject({
  field: FieldKey,
  from: EntityKey,
  /** the relation there that leads here */
  through: FieldKey,
  /** the number there that is added up; without it the records are counted */
  sum: FieldKey.optional(),
  /** which of them count, by their state; all but those refused or withdrawn where it says nothing */
  states: z
    .array(z.enum(['kept', 'running', 'done']))
    .min(1)
    .optional(),
})
export type Rollup = z.infer<typeof Rollup>

/** Records whose periods may not overlap where these fields are the same: one person on two leaves, one car on two ways. */
const Apart = z.strictObject({
  period: FieldKey,
  /** fields, or `@author` for whoever made the record */
  same: z.array(FieldKey).min(1).max(4),
  message: line(100, '提示'),
})
export type Apart = z.infer<typeof Apart>

const Entity = z.strictObject({
  key: EntityKey,
  name: line(30, '对象名称'),
  sentence: line(300, '说明').optional(),
  /** the field by which one record is called */
  label: FieldKey,
  groups: FormDefinition.shape.groups,
  permissions: z.array(Grant).min(1, '至少要有一条权限，否则谁也看不到。').max(MOST_OF_APP.grants),
  views: z.array(View).max(MOST_OF_APP.views).optional(),
  /** no two records have the same in all of these fields */
  unique: z.array(z.array(FieldKey).min(1).max(4)).max(4).optional(),
  apart: z.array(Apart).max(4).optional(),
  rollups: z.array(Rollup).max(10).optional(),
  /** the process each new record begins; from then on its steps alone write the record */
  process: slug(60, '流程编号').optional(),
})
export type Entity = z.infer<typeof Entity>

const Process = z.strictObject({ key: slug(60, '流程编号'), bpmn: z.string().min(1).max(500_000) })

/** What the rules must come to for what is filled in: tried each time the definition is checked. */
const Scenario = z.strictObject({
  name: line(60, '场景名称'),
  entity: EntityKey,
  /** the day on which it is filled in */
  today: z.iso.date('日期应写成 2026-01-31。').optional(),
  given: z.record(z.string().max(40), z.json()),
  /** fields and what they come to */
  expect: z.record(z.string().max(40), z.json()).optional(),
  /** the fields that are told to be wrong; none where it says nothing */
  problems: z.array(z.string().max(100)).max(50).optional(),
})
export type Scenario = z.infer<typeof Scenario>

/** What is there from the start, put in when the first version is published: 假别, 标准. */
const FirstRecord = z.strictObject({ entity: EntityKey, data: z.record(z.string().max(40), z.json()) })

export const AppDefinition = z.strictObject({
  format: z.literal(1, 'format 应为 1。'),
  key: AppKey,
  name: line(30, '应用名称'),
  sentence: line(200, '应用说明').optional(),
  /** the heading under which it stands in the list of applications */
  heading: line(20, '分类').optional(),
  /** who may use it: the owner and all below it, or the owner's own unit alone */
  reach: z.enum(['subtree', 'unit']).default('subtree'),
  entities: z
    .array(Entity)
    .min(1, '应用至少要有一个对象。')
    .max(MOST_OF_APP.entities, `应用最多 ${MOST_OF_APP.entities} 个对象。`),
  processes: z.array(Process).max(MOST_OF_APP.processes).optional(),
  records: z.array(FirstRecord).max(MOST_OF_APP.records).optional(),
  scenarios: z.array(Scenario).max(MOST_OF_APP.scenarios).optional(),
})
export type AppDefinition = z.infer<typeof AppDefinition>
