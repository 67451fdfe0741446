import type { FormDefinition } from '#platform/forms/contract'
import type { AppDefinition, Entity } from '../contract/definition.ts'
import { fieldsOf, isComparable, isFiltered, isOrdered } from './derive.ts'

/** Where a definition is kept: tables and columns are numbers that never come from what somebody typed, and are never used twice. */

export type Field = FormDefinition['groups'][number]['fields'][number]
export interface EntityLayout {
  no: number
  fields: Record<string, number>
}
export interface Layout {
  entities: Record<string, EntityLayout>
}
export interface Laid {
  definition: AppDefinition
  layout: Layout
}

export interface ColumnDef {
  name: string
  type: string
  note: string
}
export type Step =
  | { do: 'table'; entity: number; title: string }
  | { do: 'columns'; entity: number; columns: ColumnDef[] }
  | { do: 'notes'; entity: number; columns: ColumnDef[] }
  | { do: 'index'; entity: number; name: string; columns: string[]; unique: boolean }
  | { do: 'lift'; entity: number; name: string }
  | { do: 'copy'; entity: number; from: { no: number; field: Field }; to: { no: number; field: Field } }
  /** the new version takes effect, and what it no longer has is renamed, in one transaction */
  | { do: 'switch'; aside: { entity: number; columns: string[] | null }[]; titles: string[] }

const shapes: Record<Field['type'], (field: Field) => readonly (readonly [suffix: string, type: string])[]> = {
  text: () => [['', 'text']],
  longText: () => [['', 'text']],
  phone: () => [['', 'text']],
  email: () => [['', 'text']],
  creditCode: () => [['', 'text']],
  identityNumber: () => [['', 'text']],
  serial: () => [['', 'text']],
  number: () => [['', 'numeric']],
  money: () => [['', 'numeric(20,2)']],
  date: () => [['', 'date']],
  time: () => [['', 'time']],
  dateTime: () => [['', 'timestamp(0)']],
  boolean: () => [['', 'boolean']],
  period: () => [
    ['_from', 'date'],
    ['_to', 'date'],
    ['_from_half', 'text'],
    ['_to_half', 'text'],
    ['_days', 'numeric'],
  ],
  enum: (field) => [['', several(field) ? 'text[]' : 'text']],
  tags: () => [['', 'text[]']],
  person: (field) => named(field, 'uuid'),
  unit: (field) => named(field, 'uuid'),
  relation: (field) => named(field, 'uuid'),
  region: () => [
    ['', 'text'],
    ['_said', 'jsonb'],
  ],
  file: () => [['', 'jsonb']],
  picture: () => [['', 'jsonb']],
  // Rows of a sub-table are read and written with their record and never by themselves.
  table: () => [['', 'jsonb']],
}
const several = (field: Field): boolean => 'multiple' in field && field.multiple === true
/** The id to find by, and what was said of it then. */
const named = (field: Field, type: string) =>
  [
    ['', several(field) ? `${type}[]` : type],
    ['_said', 'jsonb'],
  ] as const

const PERSONAL = new Set<Field['type']>(['person', 'phone', 'email'])
const SENSITIVE = new Set<Field['type']>(['identityNumber'])
export const classOf = ({ dataClass, type }: Field): string =>
  dataClass ?? (SENSITIVE.has(type) ? 'sensitive' : PERSONAL.has(type) ? 'personal' : 'internal')

/** The columns of a field, in the order in which its values are written. */
export const columnsOf = (field: Field, no: number): ColumnDef[] =>
  shapes[field.type](field).map(([suffix, type]) => ({
    name: `f_${no}${suffix}`,
    type,
    note: `${plainTitle(field.title)} [${classOf(field)}]`,
  }))
/** A title goes into a comment alone, and there without what a comment means something by. */
const plainTitle = (title: string): string =>
  title
    .replaceAll(/[[\];]/g, ' ')
    .slice(0, 100)
    .trim() || '字段'

const typesOf = (field: Field): string => shapes[field.type](field).join()
const isSameShape = (old: Field, fresh: Field): boolean => old.type === fresh.type && typesOf(old) === typesOf(fresh)

/** The column one finds, compares and sorts by. */
export const mainColumn = (field: Field, no: number): string => `f_${no}${field.type === 'period' ? '_from' : ''}`

interface Index {
  name: string
  columns: string[]
  unique: boolean
}
/** What lists filter and sort by, what rollups look for, and what must be unique. */
const indexesOf = (app: AppDefinition, entity: Entity, { no, fields }: EntityLayout): Index[] => {
  const byKey = new Map(fieldsOf(entity).map((field) => [field.key, field]))
  const wanted = new Set<string>()
  for (const { sort, filters = [] } of entity.views ?? [])
    for (const key of [...filters, ...(sort ? [sort.replace(/^-/, '')] : [])]) wanted.add(key)
  for (const { rollups = [] } of app.entities)
    for (const { from, through } of rollups) if (from === entity.key) wanted.add(through)
  for (const { same } of entity.apart ?? []) for (const key of same) wanted.add(key)
  for (const { to } of entity.permissions) if (typeof to === 'object') wanted.add(to.field)
  const plain = [...wanted].flatMap((key): Index[] => {
    const field = byKey.get(key)
    const number = fields[key]
    const fits = field && isFiltered(field) && (isOrdered(field) || isComparable(field) || field.type === 'period')
    return fits && number ? [{ name: `i_${no}_${number}`, columns: [mainColumn(field, number)], unique: false }] : []
  })
  const unique = (entity.unique ?? []).map((keys): Index => {
    const numbers = keys.map((key) => fields[key] ?? 0)
    return { name: `u_${no}_${numbers.join('_')}`, columns: numbers.map((number) => `f_${number}`), unique: true }
  })
  return [...plain, ...unique]
}

const layOut = (
  old: Laid | null,
  definition: AppDefinition,
  next: () => number,
): { layout: Layout; copies: Extract<Step, { do: 'copy' }>[] } => {
  const layout: Layout = { entities: {} }
  const copies: Extract<Step, { do: 'copy' }>[] = []
  for (const entity of definition.entities) {
    const before = old?.layout.entities[entity.key]
    const known = new Map(
      old?.definition.entities
        .find(({ key }) => key === entity.key)
        ?.groups.flatMap(({ fields }) => fields)
        .map((field) => [field.key, field]),
    )
    const here: EntityLayout = { no: before?.no ?? next(), fields: {} }
    for (const field of fieldsOf(entity)) {
      const was = known.get(field.key)
      const number = before?.fields[field.key]
      if (was && number && isSameShape(was, field)) here.fields[field.key] = number
      else {
        here.fields[field.key] = next()
        if (was && number)
          copies.push({
            do: 'copy',
            entity: here.no,
            from: { no: number, field: was },
            to: { no: here.fields[field.key]!, field },
          })
      }
    }
    layout.entities[entity.key] = here
  }
  return { layout, copies }
}

/**
 * What must be done so that the tables fit a definition, one after the other: first what is new beside the old, then the copies, then the
 * switch. Until the switch everything runs on as before. Pure: numbers come from `next`.
 */
export const planStorage = (
  old: Laid | null,
  definition: AppDefinition,
  next: () => number,
): { layout: Layout; steps: Step[] } => {
  const { layout, copies } = layOut(old, definition, next)
  const steps: Step[] = []
  const aside: { entity: number; columns: string[] | null }[] = []
  const titles: string[] = []
  for (const entity of definition.entities) {
    const here = layout.entities[entity.key]!
    const before = old?.layout.entities[entity.key]
    const oldEntity = old?.definition.entities.find(({ key }) => key === entity.key)
    const oldFields = oldEntity ? fieldsOf(oldEntity) : []
    if (!before) steps.push({ do: 'table', entity: here.no, title: plainTitle(entity.name) })
    const known = new Set(Object.values(before?.fields ?? {}))
    const fresh = fieldsOf(entity).filter(({ key }) => !known.has(here.fields[key]!))
    const added = fresh.flatMap((field) => columnsOf(field, here.fields[field.key]!))
    if (added.length > 0) steps.push({ do: 'columns', entity: here.no, columns: added })
    const retitled = fieldsOf(entity).filter(({ key, title, dataClass }) => {
      const was = oldFields.find((field) => field.key === key)
      return was && known.has(here.fields[key]!) && (was.title !== title || was.dataClass !== dataClass)
    })
    if (retitled.length > 0)
      steps.push({
        do: 'notes',
        entity: here.no,
        columns: retitled.flatMap((field) => columnsOf(field, here.fields[field.key]!)),
      })
    const there = before && oldEntity && old ? indexesOf(old.definition, oldEntity, before) : []
    const now = indexesOf(definition, entity, here)
    for (const { name, columns, unique } of now)
      if (!there.some((one) => one.name === name)) steps.push({ do: 'index', entity: here.no, name, columns, unique })
    for (const { name, unique } of there)
      if (unique && !now.some((one) => one.name === name)) steps.push({ do: 'lift', entity: here.no, name })
    const kept = new Set(Object.values(here.fields))
    const gone = oldFields.filter(({ key }) => !kept.has(before?.fields[key] ?? 0))
    if (before && gone.length > 0) {
      aside.push({
        entity: here.no,
        columns: gone.flatMap((field) => columnsOf(field, before.fields[field.key]!).map(({ name }) => name)),
      })
      titles.push(...gone.map(({ title }) => `${entity.name}的「${title}」`))
    }
  }
  for (const entity of old?.definition.entities ?? [])
    if (!layout.entities[entity.key]) {
      aside.push({ entity: old!.layout.entities[entity.key]!.no, columns: null })
      titles.push(`对象「${entity.name}」`)
    }
  return { layout, steps: [...steps, ...copies, { do: 'switch', aside, titles }] }
}

/** A step as whoever approves it reads it. */
export const sayStep = (step: Step, nameOf: (entity: number) => string): string => {
  switch (step.do) {
    case 'table':
      return `新建一张表，保存「${step.title}」`
    case 'columns':
      return `在「${nameOf(step.entity)}」加 ${step.columns.length} 列，已有记录的这些列为空`
    case 'notes':
      return `改「${nameOf(step.entity)}」${step.columns.length} 列的说明`
    case 'index':
      return step.unique ? `给「${nameOf(step.entity)}」加一条唯一约束` : `给「${nameOf(step.entity)}」加一个索引`
    case 'lift':
      return `去掉「${nameOf(step.entity)}」的一条唯一约束`
    case 'copy':
      return `把「${nameOf(step.entity)}」的「${step.from.field.title}」分批转换到新的一列，原来的一列改名保留`
    case 'switch':
      return step.titles.length > 0 ? `启用新版本；${step.titles.join('、')}改名保留，不删除` : '启用新版本'
  }
}
