import { conflict, invalid, one, stale } from '#kernel/errors'
import { newId } from '#kernel/ids'
import { unitChanged } from '../contract/admin-events.ts'
import type { UnitKind } from '../contract/browse.ts'
import { creditCodeFault, normaliseCreditCode, normaliseRegionCode, regionCodeFault } from '../contract/codes.ts'
import type { Change } from './write-model.ts'
import { type DatedName, replaceNames, type StatutoryFunction, writeFunctions, writeNames } from './write-names.ts'
import { makeRoom, takeOf } from './write-preorder.ts'

export interface UnitRow {
  id: string
  no: number
  parent_id: string | null
  kind: UnitKind
  level: number
  region_code: string | null
  name: string
  short_name: string
  document_mark: string | null
  credit_code: string | null
  line: string | null
  superior_id: string | null
  org_no: number
  county_no: number
  city_no: number
  pre: number
  pre_end: number
  depth: number
  sort: number
  establishment: number | null
  phone: string | null
  address: string | null
  closed: boolean
  people_total: number
  people_direct: number
  children: number
  valid_from: string
  valid_to: string | null
  revision: number
}

/** What may be written of a unit. */
export interface UnitFields {
  name: string
  /** the full name when absent */
  shortName?: string
  documentMark?: string | null
  plates?: readonly string[]
  kind: UnitKind
  level: number
  regionCode?: string | null
  creditCode?: string | null
  line?: string | null
  superiorId?: string | null
  establishment?: number | null
  phone?: string | null
  address?: string | null
  closed?: boolean
  sort?: number
  functions?: readonly StatutoryFunction[]
}

export const readUnit = ({ sql }: Pick<Change, 'sql'>, id: string): Promise<UnitRow> =>
  sql<UnitRow>('select * from directory.unit where id = $1', [id]).then(one('这个单位'))
export const livingUnit = async (change: Change, id: string): Promise<UnitRow> => {
  const unit = await readUnit(change, id)
  if (unit.valid_to !== null) throw conflict(`“${unit.name}”已于 ${unit.valid_to} 撤销。请先恢复，或改选别的单位。`)
  return unit
}
export const sameRevision = (unit: UnitRow, revision: number | undefined): void => {
  if (revision !== undefined && unit.revision !== revision) throw stale(unit.revision)
}

export const isPlace = (unit: Pick<UnitRow, 'kind' | 'level'>): boolean =>
  unit.kind === 'group' || (unit.kind === 'region' && unit.level <= 3)
/** Regions hold everything, a unit its divisions and bodies under it, a division only divisions. */
export const refusePlace = (parent: UnitRow, child: Pick<UnitRow, 'kind' | 'level'>): void => {
  if (parent.kind === 'division' && child.kind !== 'division')
    throw invalid('内设机构之下只能再设内设机构。请改选上级或性质。', [{ path: 'kind', message: '须为内设机构' }])
  if (child.kind === 'division' && isPlace(parent))
    throw invalid('内设机构须设在单位之下，不能直接设在区划或分组之下。请改选上级。', [
      { path: 'parentId', message: '不能设内设机构' },
    ])
  if (child.level < parent.level)
    throw invalid('下级单位的层级不能高于上级单位。请改选层级。', [{ path: 'level', message: '高于上级单位' }])
}

export const refuseNameTaken = async (
  change: Change,
  parentId: string | null,
  name: string,
  self: string,
): Promise<void> => {
  const taken = await change.sql(
    'select 1 from directory.unit where parent_id = $1 and name = $2 and valid_to is null and id <> $3',
    [parentId, name, self],
  )
  if (taken.length > 0) throw conflict(`同一上级之下已有“${name}”。请核对，或换一个名称。`)
}

export const codeOf = async (change: Change, text: string | null | undefined, self: string): Promise<string | null> => {
  if (!text) return null
  const code = normaliseCreditCode(text)
  const fault = creditCodeFault(code)
  if (fault) throw invalid(fault, [{ path: 'creditCode', message: fault }])
  const [other] = await change.sql<{ name: string }>(
    'select name from directory.unit where credit_code = $1 and valid_to is null and id <> $2',
    [code, self],
  )
  if (other) throw conflict(`统一社会信用代码已用于“${other.name}”。请核对。`)
  return code
}

const regionOf = async (change: Change, text: string | null): Promise<string | null> => {
  if (!text) return null
  const code = normaliseRegionCode(text)
  const known = regionCodeFault(code) ? [] : await change.sql('select 1 from directory.region where code = $1', [code])
  if (known.length > 0) return code
  const message = regionCodeFault(code) ?? '行政区划代码不在区划表里。请核对。'
  throw invalid(message, [{ path: 'regionCode', message }])
}

const superiorOf = async (change: Change, superiorId: string | null | undefined, self: string) => {
  if (!superiorId) return null
  await livingUnit(change, superiorId)
  const round = await change.sql(
    `with recursive up as (select id, superior_id from directory.unit where id = $1
       union select u.id, u.superior_id from directory.unit u join up on u.id = up.superior_id)
     select 1 from up where id = $2`,
    [superiorId, self],
  )
  if (round.length > 0)
    throw invalid('业务主管单位不能是自己或受自己主管的单位。请改选。', [{ path: 'superiorId', message: '形成循环' }])
  return superiorId
}

const pastDay = (change: Change, day: string | undefined, path: string): string => {
  if (day !== undefined && day > change.today)
    throw invalid('日期不能晚于今天；以后生效的改动请用“机构改革”安排。', [{ path, message: '不能晚于今天' }])
  return day ?? change.today
}

const insertUnit = `insert into directory.unit (id, no, parent_id, kind, level, region_code, name, short_name, document_mark, credit_code, line,
    superior_id, org_no, county_no, city_no, pre, pre_end, depth, sort, establishment, phone, address, closed, valid_from, created_at, updated_at)
  select $1, n.no, $2, $3, $4::smallint, $5, $6, $7, $8, $9, $10, $11, coalesce($12::int, n.no), coalesce($13::int, n.no), coalesce($14::int, n.no), $15, $16,
    $17, coalesce($18::int, (select max(s.sort) + 10 from directory.unit s where s.parent_id = $2 and s.valid_to is null), 10), $19, $20, $21, $22, $23, $24, $24
  from (select nextval(pg_get_serial_sequence('directory.unit', 'no'))::int as no) n`

/** A new unit behind the last child of its parent; the first of all has none. Answers its id. */
export const createUnit = async (
  change: Change,
  input: UnitFields & { parentId: string | null; validFrom?: string; id?: string },
): Promise<string> => {
  const id = input.id ?? newId()
  const parent = input.parentId ? await livingUnit(change, input.parentId) : undefined
  if (!parent && (await change.sql('select 1 from directory.unit limit 1')).length > 0)
    throw invalid('请选择上级单位。', [{ path: 'parentId', message: '必填' }])
  if (parent) refusePlace(parent, input)
  await refuseNameTaken(change, input.parentId, input.name, id)
  const from = pastDay(change, input.validFrom, 'validFrom')
  const taken = parent ? takeOf(await makeRoom(change, parent.id, 1), 1) : { from: 1024, to: 1024 * 1024 }
  const shortName = input.shortName ?? input.name
  await change.sql(insertUnit, [
    id,
    parent?.id ?? null,
    input.kind,
    input.level,
    await regionOf(change, input.regionCode === undefined ? (parent?.region_code ?? null) : input.regionCode),
    input.name,
    shortName,
    input.documentMark || null,
    await codeOf(change, input.creditCode, id),
    input.line || null,
    await superiorOf(change, input.superiorId, id),
    input.kind === 'division' ? (parent?.org_no ?? null) : null,
    input.kind === 'region' && input.level <= 3 ? null : (parent?.county_no ?? null),
    input.kind === 'region' && input.level <= 2 ? null : (parent?.city_no ?? null),
    taken.from,
    taken.to,
    parent ? parent.depth + 1 : 0,
    input.sort ?? null,
    input.establishment ?? null,
    input.phone || null,
    input.address || null,
    input.closed ?? false,
    from,
    change.now,
  ])
  await writeNames(change, id, { ...input, shortName }, from, { name: input.name, shortName })
  if (input.functions?.length) await writeFunctions(change, id, input.functions, from)
  noteNew(change, id, input, parent?.id)
  change.emit(unitChanged, { unitId: id, what: 'created' })
  return id
}

export const noteNew = ({ touched }: Change, id: string, unit: UnitFields, parentId: string | undefined): void => {
  touched.named.add(id)
  touched.guarded.add(id)
  if (parentId) touched.parents.add(parentId)
  if (unit.closed) touched.visibility = true
  // The list of counties is part of what the structure version stands for.
  if (unit.kind === 'region') touched.structure = true
}

const structural: readonly UnitKind[] = ['region', 'group', 'division', 'village']
const refuseKind = (unit: UnitRow, kind: UnitKind | undefined): void => {
  if (kind === undefined || kind === unit.kind) return
  if (structural.includes(unit.kind) || structural.includes(kind))
    throw invalid('区划、分组、内设机构与村居的性质不能改。请撤销后另建，或用“机构改革”办理。', [
      { path: 'kind', message: '不能这样改' },
    ])
}
const refuseLevel = async (change: Change, unit: UnitRow, level: number | undefined): Promise<void> => {
  if (level === undefined || level === unit.level) return
  if (unit.kind === 'region') throw invalid('区划的层级不能改。', [{ path: 'level', message: '不能改' }])
  if (unit.parent_id) refusePlace(await readUnit(change, unit.parent_id), { kind: unit.kind, level })
  const above = await change.sql(
    'select 1 from directory.unit where parent_id = $1 and level < $2 and valid_to is null limit 1',
    [unit.id, level],
  )
  if (above.length > 0)
    throw invalid('有下级单位的层级高于所选层级。请先调整下级单位。', [{ path: 'level', message: '低于下级单位' }])
}

export interface UnitPatch extends Partial<UnitFields> {
  id: string
  revision?: number
  /** the day the names hold from; today when absent */
  effective?: string
  /** corrects the day of foundation */
  validFrom?: string
}

const merged = async (change: Change, unit: UnitRow, patch: UnitPatch): Promise<UnitRow> => {
  const keep = <T>(value: T | undefined, old: T): T => (value === undefined ? old : value)
  const text = (value: string | null | undefined, old: string | null): string | null =>
    value === undefined ? old : value || null
  const name = keep(patch.name, unit.name)
  return {
    ...unit,
    name,
    // A short name that is the full one follows it.
    short_name: patch.shortName ?? (unit.short_name === unit.name ? name : unit.short_name),
    document_mark: text(patch.documentMark, unit.document_mark),
    kind: keep(patch.kind, unit.kind),
    level: keep(patch.level, unit.level),
    region_code: patch.regionCode === undefined ? unit.region_code : await regionOf(change, patch.regionCode),
    credit_code: patch.creditCode === undefined ? unit.credit_code : await codeOf(change, patch.creditCode, unit.id),
    line: text(patch.line, unit.line),
    superior_id:
      patch.superiorId === undefined ? unit.superior_id : await superiorOf(change, patch.superiorId, unit.id),
    establishment: keep(patch.establishment, unit.establishment),
    phone: text(patch.phone, unit.phone),
    address: text(patch.address, unit.address),
    closed: keep(patch.closed, unit.closed),
    sort: keep(patch.sort, unit.sort),
    valid_from: patch.validFrom === undefined ? unit.valid_from : pastDay(change, patch.validFrom, 'validFrom'),
  }
}

const storeUnit = (change: Change, unit: UnitRow): Promise<unknown> =>
  change.sql(
    `update directory.unit set name = $2, short_name = $3, document_mark = $4, kind = $5, level = $6, region_code = $7, credit_code = $8, line = $9,
       superior_id = $10, establishment = $11, phone = $12, address = $13, closed = $14, sort = $15, valid_from = $16, valid_to = $17,
       revision = revision + 1, updated_at = $18 where id = $1`,
    [
      unit.id,
      unit.name,
      unit.short_name,
      unit.document_mark,
      unit.kind,
      unit.level,
      unit.region_code,
      unit.credit_code,
      unit.line,
      unit.superior_id,
      unit.establishment,
      unit.phone,
      unit.address,
      unit.closed,
      unit.sort,
      unit.valid_from,
      unit.valid_to,
      change.now,
    ],
  )

/** Changes what is named in the patch; answers the row as it was. `stale` when the revision is another one. */
export const updateUnit = async (change: Change, patch: UnitPatch): Promise<UnitRow> => {
  const unit = await livingUnit(change, patch.id)
  sameRevision(unit, patch.revision)
  refuseKind(unit, patch.kind)
  await refuseLevel(change, unit, patch.level)
  const day = pastDay(change, patch.effective, 'effective')
  if (patch.name !== undefined && patch.name !== unit.name)
    await refuseNameTaken(change, unit.parent_id, patch.name, unit.id)
  const next = await merged(change, unit, patch)
  await storeUnit(change, next)
  const plates = await writeNames(change, unit.id, patch, day, { name: next.name, shortName: next.short_name })
  if (patch.functions) await writeFunctions(change, unit.id, patch.functions, day)
  noteUpdated(change, unit, next, plates)
  return unit
}

const noteUpdated = ({ touched, emit }: Change, before: UnitRow, after: UnitRow, plates: boolean): void => {
  touched.units.add(after.id)
  const words = (unit: UnitRow) => [unit.name, unit.short_name, unit.document_mark, unit.level, unit.kind].join('\n')
  if (plates || words(before) !== words(after)) touched.named.add(after.id)
  if (before.closed !== after.closed) {
    touched.guarded.add(after.id)
    touched.visibility = true
  }
  emit(unitChanged, { unitId: after.id, what: 'updated' })
}

/** Corrects all dated names of a unit at once; those without an end become the ones it shows. */
export const setUnitNames = async (
  change: Change,
  input: { id: string; revision?: number; names: readonly DatedName[] },
): Promise<UnitRow> => {
  const unit = await livingUnit(change, input.id)
  sameRevision(unit, input.revision)
  const shown = await replaceNames(change, unit.id, input.names)
  if (shown.name !== unit.name) await refuseNameTaken(change, unit.parent_id, shown.name, unit.id)
  await storeUnit(change, {
    ...unit,
    name: shown.name,
    short_name: shown.shortName,
    document_mark: shown.documentMark,
  })
  change.touched.named.add(unit.id)
  change.emit(unitChanged, { unitId: unit.id, what: 'updated' })
  return unit
}
