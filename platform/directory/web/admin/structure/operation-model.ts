import { z } from 'zod'
import { StructureOperation } from '../../../contract.ts'

export type OperationKind = StructureOperation['op']
export const operationNames: Record<OperationKind, string> = {
  create: '新建单位',
  rename: '更名',
  move: '划转单位',
  merge: '合并',
  split: '拆分',
  abolish: '撤销',
  restore: '恢复',
  people: '划转人员',
}

/** `gone`: an abolished unit; `posts`: people of the unit that is changed. */
type PartKind = 'unit' | 'units' | 'gone' | 'text' | 'kind' | 'level' | 'switch' | 'posts' | 'parts'
export interface Part {
  name: string
  label: string
  kind: PartKind
  help?: string
  optional?: true
}

const named: Part[] = [
  { name: 'name', label: '全称', kind: 'text' },
  { name: 'shortName', label: '简称', kind: 'text', optional: true },
]
const mark: Part = { name: 'documentMark', label: '机关代字', kind: 'text', optional: true }

/** What is filled in for each operation, under the names of the contract. */
export const partsOf: Record<OperationKind, readonly Part[]> = {
  create: [
    ...named,
    { name: 'parentId', label: '上级单位', kind: 'unit' },
    { name: 'kind', label: '性质', kind: 'kind' },
    { name: 'level', label: '层级', kind: 'level' },
    mark,
  ],
  rename: [{ name: 'unitId', label: '单位', kind: 'unit' }, ...named, mark],
  move: [
    { name: 'unitId', label: '单位', kind: 'unit', help: '下级单位和人员一起过去' },
    { name: 'parentId', label: '新的上级', kind: 'unit' },
  ],
  merge: [
    { name: 'unitIds', label: '并入别处的单位', kind: 'units', help: '合并后撤销，人员和下级转到接收单位' },
    { name: 'intoId', label: '接收单位', kind: 'unit', help: '可以是本方案前面新建的单位' },
  ],
  split: [
    { name: 'unitId', label: '单位', kind: 'unit' },
    { name: 'parts', label: '拆分成', kind: 'parts' },
    { name: 'abolish', label: '原单位', kind: 'switch' },
  ],
  abolish: [
    { name: 'unitId', label: '单位', kind: 'unit' },
    { name: 'peopleTo', label: '人员转到', kind: 'unit', optional: true },
    { name: 'childrenTo', label: '下级转到', kind: 'unit', optional: true },
  ],
  restore: [{ name: 'unitId', label: '已撤销的单位', kind: 'gone' }],
  people: [
    { name: 'unitId', label: '原单位', kind: 'unit' },
    { name: 'toId', label: '接收单位', kind: 'unit' },
    { name: 'postIds', label: '人员', kind: 'posts', help: '不选就是全部人员', optional: true },
  ],
}
export const splitParts: readonly Part[] = [
  ...named,
  { name: 'parentId', label: '上级单位', kind: 'unit', help: '不选就与原单位同级', optional: true },
  { name: 'childIds', label: '带走的下级', kind: 'units', optional: true },
  { name: 'postIds', label: '带走的人员', kind: 'posts', optional: true },
]

export interface Ref {
  id: string
  name: string
}
export type Values = Readonly<Record<string, unknown>>
/** An operation while it is filled in. `base` keeps what the page does not show: ids, functions, plates. */
export interface OperationDraft {
  key: string
  op: OperationKind
  base: Values
  values: Values
}
/** A unit that a split makes, while it is filled in. */
export interface SplitDraft {
  key: string
  base: Values
  values: Values
}

export const refsOf = (value: unknown): Ref[] => (Array.isArray(value) ? (value as Ref[]) : [])
export const splitsOf = (value: unknown): SplitDraft[] => (Array.isArray(value) ? (value as SplitDraft[]) : [])

function sent({ kind, optional }: Part, value: unknown): unknown {
  switch (kind) {
    case 'unit':
    case 'gone':
      return refsOf(value)[0]?.id
    case 'units':
    case 'posts': {
      const ids = refsOf(value).map(({ id }) => id)
      return optional && ids.length === 0 ? undefined : ids
    }
    case 'text':
      return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
    case 'level':
      return value === undefined ? undefined : Number(value)
    case 'switch':
      return value !== false
    case 'parts':
      return splitsOf(value).map((split) => filled(splitParts, split))
    default:
      return value
  }
}
const filled = (parts: readonly Part[], { base, values }: Pick<OperationDraft, 'base' | 'values'>): Values => ({
  ...base,
  ...Object.fromEntries(parts.map((part) => [part.name, sent(part, values[part.name])])),
})
/** The operation as the contract has it, or why it is not one yet. */
export function readDraft(draft: OperationDraft): { operation: StructureOperation } | { fault: string } {
  const result = StructureOperation.safeParse({ ...filled(partsOf[draft.op], draft), op: draft.op })
  if (result.success) return { operation: result.data }
  const { path } = result.error.issues[0]!
  const inner = path[0] === 'parts' && path.length > 2
  const at = inner ? path[2] : path[0]
  const part = (inner ? splitParts : partsOf[draft.op]).find(({ name }) => name === at)
  const verb = part?.kind === 'text' ? '请填写' : part?.kind === 'parts' ? '请添加' : '请选择'
  return { fault: `${verb}${inner ? `第 ${Number(path[1]) + 1} 个单位的` : ''}${part?.label ?? '全部内容'}` }
}

/** The operations of a form: the first that is not filled in is told with its place. */
export const OperationDrafts = z
  .array(z.custom<OperationDraft>())
  .min(1, '请至少添加一项操作')
  .max(500, '一个方案最多 500 项操作')
  .transform((drafts, ctx): StructureOperation[] =>
    drafts.flatMap((draft, at) => {
      const read = readDraft(draft)
      if ('operation' in read) return [read.operation]
      ctx.addIssue({ code: 'custom', message: `第 ${at + 1} 项${operationNames[draft.op]}：${read.fault}` })
      return []
    }),
  )

/** Units that operations make: later ones may name them. */
export const plannedUnits = (drafts: readonly OperationDraft[]): Ref[] =>
  drafts
    .flatMap(({ op, base, values }) =>
      op === 'create' ? [{ base, values }] : op === 'split' ? splitsOf(values.parts) : [],
    )
    .map(({ base, values }) => ({ id: String(base.id), name: String(values.name ?? '').trim() }))
    .filter(({ name }) => name !== '')

function shown(part: Part, value: unknown, nameOf: (id: string) => string): unknown {
  const ref = (id: unknown): Ref => ({ id: String(id), name: nameOf(String(id)) })
  switch (part.kind) {
    case 'unit':
    case 'gone':
      return value === undefined ? [] : [ref(value)]
    case 'units':
    case 'posts':
      return Array.isArray(value) ? value.map(ref) : []
    case 'level':
      return String(value)
    case 'parts':
      return (value as Record<string, unknown>[]).map((one) => ({
        key: String(one.id),
        base: one,
        values: valuesOf(splitParts, one, nameOf),
      }))
    default:
      return value ?? undefined
  }
}
const valuesOf = (parts: readonly Part[], from: Values, nameOf: (id: string) => string): Values =>
  Object.fromEntries(parts.map((part) => [part.name, shown(part, from[part.name], nameOf)]))

/** A kept operation, ready to be changed. */
export const toDraft = (operation: StructureOperation, at: number, nameOf: (id: string) => string): OperationDraft => ({
  key: `${at}`,
  op: operation.op,
  base: operation,
  values: valuesOf(partsOf[operation.op], operation, nameOf),
})

/** The ids that operations name, by what they are the ids of. */
export function namedIds(operations: readonly StructureOperation[]): { units: string[]; posts: string[] } {
  const units = new Set<string>()
  const posts = new Set<string>()
  const collect = (parts: readonly Part[], from: Values): void => {
    for (const { name, kind } of parts) {
      const ids = [from[name]].flat().filter((id) => typeof id === 'string')
      if (kind === 'posts') for (const id of ids) posts.add(id)
      else if (kind === 'unit' || kind === 'units' || kind === 'gone') for (const id of ids) units.add(id)
      else if (kind === 'parts') for (const one of from[name] as Values[]) collect(splitParts, one)
    }
  }
  for (const operation of operations) collect(partsOf[operation.op], operation)
  return { units: [...units], posts: [...posts] }
}
