import { conflict, invalid } from '#kernel/errors'
import { postChanged, unitChanged } from '../contract/admin-events.ts'
import type { Change } from './write-model.ts'
import { moveTree } from './write-preorder.ts'
import {
  codeOf,
  livingUnit,
  noteNew,
  readUnit,
  refuseNameTaken,
  refusePlace,
  sameRevision,
  type UnitRow,
} from './write-units.ts'

export interface Abolition {
  id: string
  revision?: number
  /** where its people go; without it a unit with people is not abolished */
  peopleTo?: string
  /** where its lower units go; without it a unit with lower units is not abolished */
  childrenTo?: string
  mergedInto?: string
}

/** Ends a unit today: its names, functions and duties end with it. Nothing is deleted. Answers the row as it was. */
export const abolishUnit = async (change: Change, input: Abolition): Promise<UnitRow> => {
  const unit = await livingUnit(change, input.id)
  sameRevision(unit, input.revision)
  if (!unit.parent_id) throw conflict('目录的根不能撤销。')
  const children = await change.sql<{ id: string }>(
    'select id from directory.unit where parent_id = $1 and valid_to is null order by sort, no',
    [unit.id],
  )
  if (children.length > 0 && !input.childrenTo)
    throw conflict(`“${unit.name}”还有 ${children.length} 个下级。请先移走或撤销它们。`, { children: children.length })
  for (const child of children) await moveUnit(change, { id: child.id, parentId: input.childrenTo! })
  await movePeopleOut(change, unit, input.peopleTo)
  for (const table of ['unit_name', 'statutory_function', 'duty'])
    await change.sql(
      `update directory.${table} set valid_to = greatest($2::date, valid_from) where unit_id = $1 and valid_to is null`,
      [unit.id, change.today],
    )
  await change.sql(
    'update directory.unit set valid_to = greatest($2::date, valid_from), merged_into = $3, revision = revision + 1, updated_at = $4 where id = $1',
    [unit.id, change.today, input.mergedInto ?? null, change.now],
  )
  change.touched.named.add(unit.id)
  change.touched.parents.add(unit.parent_id)
  if (unit.kind === 'region') change.touched.structure = true
  change.emit(unitChanged, { unitId: unit.id, what: 'abolished' })
  return unit
}

const movePeopleOut = async (change: Change, unit: UnitRow, to: string | undefined): Promise<void> => {
  const [count] = await change.sql<{ n: number }>(
    'select count(*)::int as n from directory.post where unit_id = $1 and valid_to is null',
    [unit.id],
  )
  if (count!.n === 0) return
  if (!to)
    throw conflict(`“${unit.name}”还有 ${count!.n} 人。请先把他们调到别的单位，或指定由哪个单位接收。`, {
      people: count!.n,
    })
  await movePosts(change, unit.id, to)
}

/** All current posts of one unit become posts of another: the same posts, with their ids and dates. Answers how many. */
export const movePosts = async (
  change: Change,
  fromUnitId: string,
  toUnitId: string,
  postIds?: readonly string[],
): Promise<number> => {
  const to = await livingUnit(change, toUnitId)
  if (to.kind === 'region' && to.level <= 3) throw invalid(`“${to.name}”是区划，人员须在单位里任职。请改选单位。`)
  const moved = await change.sql<{ id: string; person_id: string }>(
    `update directory.post set unit_id = $2, org_no = $3 where unit_id = $1 and valid_to is null and ($4::uuid[] is null or id = any($4))
     returning id, person_id`,
    [fromUnitId, to.id, to.org_no, postIds ?? null],
  )
  const people = [...new Set(moved.map((row) => row.person_id))]
  await change.sql('update directory.person set revision = revision + 1, updated_at = $2 where id = any($1::uuid[])', [
    people,
    change.now,
  ])
  for (const personId of people) change.touched.people.add(personId)
  if (moved.length > 0) for (const id of [fromUnitId, toUnitId]) change.touched.staffed.add(id)
  for (const row of moved)
    change.emit(postChanged, { postId: row.id, personId: row.person_id, unitId: to.id, what: 'changed' })
  return moved.length
}

/** Takes back an abolition: the names, functions and duties that ended with the unit hold again. */
export const restoreUnit = async (change: Change, input: { id: string; revision?: number }): Promise<UnitRow> => {
  const unit = await readUnit(change, input.id)
  sameRevision(unit, input.revision)
  if (unit.valid_to === null) throw conflict(`“${unit.name}”没有撤销，不必恢复。`)
  const parent = await livingUnit(change, unit.parent_id!)
  await refuseNameTaken(change, parent.id, unit.name, unit.id)
  await codeOf(change, unit.credit_code, unit.id)
  for (const table of ['unit_name', 'statutory_function'])
    await change.sql(`update directory.${table} set valid_to = null where unit_id = $1 and valid_to = $2`, [
      unit.id,
      unit.valid_to,
    ])
  await change.sql(
    'update directory.unit set valid_to = null, merged_into = null, revision = revision + 1, updated_at = $2 where id = $1',
    [unit.id, change.now],
  )
  noteNew(change, unit.id, { ...unit, shortName: unit.short_name }, parent.id)
  change.emit(unitChanged, { unitId: unit.id, what: 'restored' })
  return unit
}

/** Puts a unit with everything below it under another parent. Its id stays. Answers the row as it was. */
export const moveUnit = async (
  change: Change,
  input: { id: string; parentId: string; revision?: number },
): Promise<UnitRow> => {
  const unit = await livingUnit(change, input.id)
  sameRevision(unit, input.revision)
  const parent = await livingUnit(change, input.parentId)
  if (!unit.parent_id) throw conflict('目录的根不能移动。')
  if (parent.id === unit.parent_id) throw conflict(`“${unit.name}”已在“${parent.name}”之下。`)
  if (parent.pre >= unit.pre && parent.pre <= unit.pre_end)
    throw invalid('不能把单位移到自己的下级之下。请改选上级单位。', [{ path: 'parentId', message: '是它的下级' }])
  refusePlace(parent, unit)
  await refuseNameTaken(change, parent.id, unit.name, unit.id)
  await addPeople(change, unit.parent_id, -unit.people_total)
  const place = await moveTree(change, unit.id, parent.id)
  await change.sql(
    `update directory.unit set parent_id = $2, revision = revision + 1, updated_at = $3,
       sort = coalesce((select max(s.sort) + 10 from directory.unit s where s.parent_id = $2 and s.valid_to is null), 10) where id = $1`,
    [unit.id, parent.id, change.now],
  )
  await addPeople(change, parent.id, unit.people_total)
  await followPlace(change, unit, parent, place)
  for (const id of [unit.parent_id, parent.id]) change.touched.parents.add(id)
  change.touched.units.add(unit.id)
  change.touched.guarded.add(unit.id)
  change.emit(unitChanged, { unitId: unit.id, what: 'moved' })
  return unit
}

const addPeople = async (change: Change, unitId: string, more: number): Promise<void> => {
  const rows = await change.sql<{ id: string }>(
    `with recursive up as (select id, parent_id from directory.unit where id = $1
       union all select u.id, u.parent_id from directory.unit u join up on u.id = up.parent_id)
     update directory.unit u set people_total = people_total + $2 from up where u.id = up.id and $2 <> 0 returning u.id`,
    [unitId, more],
  )
  for (const { id } of rows) change.touched.units.add(id)
}

/** What the rows of a subtree say of their place follows the new parent; what they say of themselves stays. */
const followPlace = async (
  change: Change,
  unit: UnitRow,
  parent: UnitRow,
  place: { from: number; to: number },
): Promise<void> => {
  const { sql, touched } = change
  const inside = 'u.pre between $1 and $2'
  const range = [place.from, place.to]
  const left = await sql<{ id: string; no: number }>(
    `update directory.unit u set depth = u.depth + $3,
       org_no = case when u.kind = 'division' and u.org_no = $4 then $5 else u.org_no end,
       county_no = case when u.county_no = $6 and not (u.kind = 'region' and u.level <= 3) then $7 else u.county_no end,
       city_no = case when u.city_no = $8 and not (u.kind = 'region' and u.level <= 2) then $9 else u.city_no end
     where ${inside} returning u.id, u.no`,
    [
      ...range,
      parent.depth + 1 - unit.depth,
      unit.kind === 'division' ? unit.org_no : 0,
      parent.org_no,
      unit.county_no,
      unit.kind === 'region' && unit.level <= 3 ? unit.county_no : parent.county_no,
      unit.city_no,
      unit.kind === 'region' && unit.level <= 2 ? unit.city_no : parent.city_no,
    ],
  )
  await sql(
    `update directory.post p set org_no = u.org_no from directory.unit u where ${inside} and p.unit_id = u.id and p.org_no <> u.org_no`,
    range,
  )
  await sql(
    `update directory.person_token t set org_no = u.org_no, county_no = u.county_no, city_no = u.city_no
     from directory.unit u join directory.post p on p.unit_id = u.id and p.valid_to is null join directory.person x on x.id = p.person_id
     where ${inside} and t.person_no = x.no and t.post_id = p.id
       and (t.org_no, t.county_no, t.city_no) is distinct from (u.org_no, u.county_no, u.city_no)`,
    range,
  )
  await sql(
    `update directory.unit_token t set county_no = u.county_no, city_no = u.city_no from directory.unit u
     where ${inside} and t.unit_no = u.no and (t.county_no, t.city_no) is distinct from (u.county_no, u.city_no)`,
    range,
  )
  if (unit.county_no === parent.county_no || (unit.kind === 'region' && unit.level <= 3)) return
  for (const { id, no } of left) {
    touched.units.add(id)
    touched.left.push({ kind: 'unit', no, county: unit.county_no })
  }
}
