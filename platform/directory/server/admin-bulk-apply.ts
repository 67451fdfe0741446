import type { BulkChange, BulkRow } from '../contract/admin-bulk.ts'
import { postChanged, unitChanged } from '../contract/admin-events.ts'
import type { Change } from './write.ts'

/** A selected row with what the change makes of it; `revision` is the person's or the unit's. */
export interface Planned extends BulkRow {
  revision: number
  personId: string | null
  unitId: string
}

// Columns are ours: the kind of change chooses among these, its value is a parameter.
const postColumns = {
  'post-title': 'title = t.after',
  'post-charge': "charge = nullif(t.after, '')",
  'post-phone': "phone = nullif(t.after, '')",
  'post-room': "room = nullif(t.after, '')",
  'post-sort': 'sort = t.after::int',
} as const
const unitColumns = {
  'unit-line': "line = nullif(t.after, '')",
  'unit-superior': 'superior_id = $3::uuid',
  'unit-phone': "phone = nullif(t.after, '')",
  'unit-address': "address = nullif(t.after, '')",
  'unit-closed': 'closed = $3::boolean',
  'unit-sort': 'sort = t.after::int',
} as const

const writePosts = async (change: Change, bulk: BulkChange, rows: readonly Planned[]): Promise<void> => {
  const ids = rows.map((row) => row.id)
  if (bulk.kind === 'post-unit') {
    await change.sql(
      'update directory.post p set unit_id = u.id, org_no = u.org_no from directory.unit u where p.id = any($1::uuid[]) and u.id = $2',
      [ids, bulk.unitId],
    )
    for (const id of [bulk.unitId, ...rows.map((row) => row.unitId)]) change.touched.staffed.add(id)
  } else if (bulk.kind === 'person-rank') {
    await change.sql(
      `update directory.person x set rank = nullif($2, ''), rank_order = coalesce((select r.sort from directory.rank r where r.name = $2), 99)
       where x.id = any($1::uuid[])`,
      [rows.map((row) => row.personId), bulk.value],
    )
  } else
    await change.sql(
      `update directory.post p set ${postColumns[bulk.kind as keyof typeof postColumns]} from unnest($1::uuid[], $2::text[]) t (id, after) where p.id = t.id`,
      [ids, rows.map((row) => row.after)],
    )
}

/** Set by set: thousands of rows are a few statements. */
export const applyToPosts = async (change: Change, bulk: BulkChange, rows: readonly Planned[]): Promise<void> => {
  await writePosts(change, bulk, rows)
  const people = [...new Set(rows.map((row) => row.personId!))]
  await change.sql('update directory.person set revision = revision + 1, updated_at = $2 where id = any($1::uuid[])', [
    people,
    change.now,
  ])
  for (const id of people) change.touched.people.add(id)
  for (const row of rows)
    change.emit(postChanged, {
      postId: row.id,
      personId: row.personId!,
      unitId: bulk.kind === 'post-unit' ? bulk.unitId : row.unitId,
      what: 'changed',
    })
}

export const applyToUnits = async (change: Change, bulk: BulkChange, rows: readonly Planned[]): Promise<void> => {
  const whole = bulk.kind === 'unit-superior' ? [bulk.superiorId] : bulk.kind === 'unit-closed' ? [bulk.value] : []
  await change.sql(
    `update directory.unit u set ${unitColumns[bulk.kind as keyof typeof unitColumns]}, revision = revision + 1, updated_at = $${3 + whole.length}
     from unnest($1::uuid[], $2::text[]) t (id, after) where u.id = t.id`,
    [rows.map((row) => row.id), rows.map((row) => row.after), ...whole, change.now],
  )
  for (const { id } of rows) {
    change.touched.units.add(id)
    if (bulk.kind === 'unit-closed') change.touched.guarded.add(id)
    change.emit(unitChanged, { unitId: id, what: 'updated' })
  }
  if (bulk.kind === 'unit-closed') change.touched.visibility = true
}
