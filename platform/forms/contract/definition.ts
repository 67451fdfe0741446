import { z } from 'zod'

/**
 * A form as one document: groups of fields, and rules in FEEL. It is published as JSON Schema in reports/form-definition.schema.json.
 * Limits stand here, so that no definition can be large or deep enough to stall who reads it.
 */

export const MOST = {
  groups: 50,
  fields: 400,
  columns: 60,
  rows: 500,
  options: 500,
  validations: 10,
  /** bytes of the whole document as JSON */
  definition: 512 * 1024,
  /** bytes of what is filled in, as JSON */
  data: 512 * 1024,
  files: 50,
  /** rows × rules of their columns: what one evaluation may be asked to do */
  rowRules: 10_000,
} as const

const line = (most: number, what: string) =>
  z
    .string()
    .trim()
    .min(1, `请填写${what}。`)
    .max(most, `${what}最多 ${most} 个字。`)
    .regex(/^\P{Cc}*$/u, `${what}请写成一行。`)

/** The stable name by which expressions, steps and stored records know the field; its title may change, this may not. */
const Key = z
  .string()
  .regex(
    /^[\u3400-\u4dbf\u4e00-\u9fffA-Za-z_][\u3400-\u4dbf\u4e00-\u9fffA-Za-z0-9_]{0,39}$/,
    '字段编号由汉字、字母、数字和下划线组成，不以数字开头，最多 40 个字。',
  )
const Feel = z.string().trim().min(1, '表达式不能为空。').max(2000, '表达式最多 2,000 个字。')

const Validation = z.strictObject({
  /** false refuses; null, where something is not filled in yet, does not */
  check: Feel,
  message: line(200, '校验的提示'),
})
const Rules = z.strictObject({
  /** only true shows the field; what is not shown is not kept */
  visible: Feel.optional(),
  required: Feel.optional(),
  /** what the field holds until somebody touches it */
  default: Feel.optional(),
  /** the field is computed, and nobody writes it */
  formula: Feel.optional(),
  validation: z.array(Validation).max(MOST.validations, `一个字段最多 ${MOST.validations} 条校验。`).optional(),
  /** enum only: the list of values that may be chosen now */
  options: Feel.optional(),
})
export type Rules = z.infer<typeof Rules>

/** What harm its values do in the wrong hands (GB/T 43697-2024); what the type of the field says where it is left out. */
const DataClass = z.enum(['public', 'internal', 'personal', 'sensitive'])
/** What is copied from a record of another entity when it is chosen: it stays as it was then. */
const Carried = z.strictObject({
  key: Key,
  type: z.enum(['text', 'number', 'money', 'date', 'boolean']),
})
const base = {
  key: Key,
  title: line(60, '字段名称'),
  help: line(300, '填写说明').optional(),
  rules: Rules.optional(),
  dataClass: DataClass.optional(),
}
const Whole = (least: number, most: number) => z.number().int().min(least).max(most)
const Amount = z.number().min(-1e12).max(1e12)
const multiple = z.boolean().optional()
const Day = z.iso.date('日期应写成 2026-01-31。')

const EnumOption = z.strictObject({
  value: line(60, '选项的值'),
  label: line(60, '选项的名称'),
  /** the first and the last day on which it may be chosen anew */
  from: Day.optional(),
  to: Day.optional(),
})
export type EnumOption = z.infer<typeof EnumOption>

const simple = [
  z.strictObject({ ...base, type: z.literal('text'), maxLength: Whole(1, 2000).optional() }),
  z.strictObject({ ...base, type: z.literal('longText'), maxLength: Whole(1, 20_000).optional() }),
  z.strictObject({
    ...base,
    type: z.literal('number'),
    min: Amount.optional(),
    max: Amount.optional(),
    decimals: Whole(0, 6).optional(),
    /** what stands behind it: 天, 平方米 */
    unit: line(10, '计量单位').optional(),
  }),
  /** yuan, kept as decimal text */
  z.strictObject({ ...base, type: z.literal('money'), min: Amount.optional(), max: Amount.optional() }),
  z.strictObject({ ...base, type: z.literal('date'), min: Day.optional(), max: Day.optional() }),
  z.strictObject({ ...base, type: z.literal('time') }),
  z.strictObject({ ...base, type: z.literal('dateTime') }),
  /** from one day to another, with halves of days where `halves` is set; days are counted by the calendar where `count` says so */
  z.strictObject({
    ...base,
    type: z.literal('period'),
    halves: z.boolean().optional(),
    count: z.literal('working').optional(),
  }),
  z.strictObject({
    ...base,
    type: z.literal('enum'),
    multiple,
    options: z.array(EnumOption).min(1, '请至少写一个选项。').max(MOST.options, `选项最多 ${MOST.options} 个。`),
  }),
  z.strictObject({ ...base, type: z.literal('person'), multiple }),
  z.strictObject({ ...base, type: z.literal('unit'), multiple }),
  /** `level`: how deep one must go, 2 city to 5 village */
  z.strictObject({ ...base, type: z.literal('region'), level: Whole(1, 5).optional() }),
  z.strictObject({ ...base, type: z.literal('identityNumber') }),
  z.strictObject({ ...base, type: z.literal('creditCode') }),
  z.strictObject({ ...base, type: z.literal('phone') }),
  z.strictObject({ ...base, type: z.literal('email') }),
  z.strictObject({
    ...base,
    type: z.literal('file'),
    most: Whole(1, MOST.files).optional(),
    /** endings without a dot: pdf, ofd, docx */
    endings: z
      .array(z.string().regex(/^[a-z0-9]{1,8}$/, '文件类型写成 pdf、ofd 这样的后缀。'))
      .min(1)
      .max(30)
      .optional(),
  }),
  z.strictObject({ ...base, type: z.literal('picture'), most: Whole(1, MOST.files).optional() }),
  z.strictObject({ ...base, type: z.literal('boolean') }),
  /** short words of one's own */
  z.strictObject({ ...base, type: z.literal('tags'), most: Whole(1, 50).optional() }),
  /** records of another entity of the same application */
  z.strictObject({
    ...base,
    type: z.literal('relation'),
    entity: z.string().regex(/^[a-z][a-z0-9-]{0,24}$/, '关联的对象由小写字母、数字和连字符组成。'),
    multiple,
    carries: z.array(Carried).max(20, '关联最多带出 20 项。').optional(),
  }),
  /** a number given when the record is kept: 鲁休〔{年}〕{号:3}号; it counts anew wherever what stands around the number changes */
  z.strictObject({
    ...base,
    type: z.literal('serial'),
    pattern: line(60, '编号规则').regex(
      /^(?:[^{}]|\{(?:年|月|日|单位)\})*\{号(?::[1-9])?\}(?:[^{}]|\{(?:年|月|日|单位)\})*$/u,
      '编号规则里要有一处 {号} 或 {号:4}，此外只能用 {年}、{月}、{日}、{单位}。',
    ),
  }),
] as const

/** What a column of a sub-table may be: anything but a sub-table. */
const Column = z.discriminatedUnion('type', simple)
export type Column = z.infer<typeof Column>

const Table = z.strictObject({
  ...base,
  type: z.literal('table'),
  columns: z.array(Column).min(1, '明细至少要有一列。').max(MOST.columns, `明细最多 ${MOST.columns} 列。`),
  minRows: Whole(0, MOST.rows).optional(),
  maxRows: Whole(1, MOST.rows).optional(),
  /** what one row is called on the phone: 物品 */
  rowTitle: line(20, '每行的名称').optional(),
})
export type Table = z.infer<typeof Table>

const Field = z.discriminatedUnion('type', [...simple, Table])
export type Field = z.infer<typeof Field>
export type FieldType = Field['type']

const Group = z.strictObject({
  title: line(60, '分组名称'),
  sentence: line(300, '分组说明').optional(),
  visible: Feel.optional(),
  fields: z.array(Field).max(MOST.fields, `一组最多 ${MOST.fields} 个字段。`),
})
export type Group = z.infer<typeof Group>

export const FormDefinition = z.strictObject({
  format: z.literal(1),
  key: z.string().regex(/^[a-z][a-z0-9-]{0,59}$/, '表单编号由小写字母、数字和连字符组成，以字母开头，最多 60 个字符。'),
  name: line(60, '表单名称'),
  sentence: line(300, '表单说明').optional(),
  /** who may use it: the owner and all below it, or the owner's own unit alone */
  reach: z.enum(['subtree', 'unit']).default('subtree'),
  groups: z.array(Group).min(1, '表单至少要有一组字段。').max(MOST.groups, `表单最多 ${MOST.groups} 组。`),
})
export type FormDefinition = z.infer<typeof FormDefinition>
