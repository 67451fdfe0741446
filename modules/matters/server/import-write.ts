import type { Query } from '#kernel/db'
import { newId } from '#kernel/ids'
import type { CellFault, Line, Verdict } from '#platform/transfer'
import type { ImportKind } from '../contract.ts'
import { decide, type Known, type Outcome, type Plan, type Target, targetOf } from './import-decide.ts'
import type { World } from './import-world.ts'

const knownColumns = `m.id, m.unit_id as "unitId", m.name, m.code, m.basic_id as "basicId", m.function_id as "functionId", m.state,
  coalesce(o.no, v.no, 0) as "lastNo", v.elements, o.id as "openId", o.state as "openState", o.elements as "openElements"`
const knownJoins = `left join matters.version v on v.id = m.version_id
  left join matters.version o on o.matter_id = m.id and o.state in ('draft', 'review', 'returned', 'approved')`

/** What the catalogue has already of these rows, in one query for a batch, locked where they are to be written. */
const readKnown = async (
  sql: Query,
  kind: ImportKind,
  targets: readonly Target[],
  lock: boolean,
): Promise<Map<string, Known>> => {
  const units = targets.map(({ unit }) => unit.id)
  const rows =
    kind === 'basic'
      ? await sql<Known>(
          `select ${knownColumns} from unnest($1::uuid[], $2::text[], $3::text[]) t (unit_id, name, code)
           join matters.matter m on m.layer = 'basic' and (m.unit_id = t.unit_id and m.name = t.name or m.code = t.code and m.unit_id = any($1)) ${knownJoins} ${lock ? 'for update of m' : ''}`,
          [units, targets.map(({ line }) => line.values.name), targets.map(({ line }) => line.values.code ?? null)],
        )
      : await sql<Known>(
          `select ${knownColumns} from unnest($1::uuid[], $2::uuid[]) t (unit_id, basic_id)
           join matters.matter m on m.layer = 'implementing' and m.basic_id = t.basic_id and m.unit_id = t.unit_id ${knownJoins} ${lock ? 'for update of m' : ''}`,
          [units, targets.map(({ basicId }) => basicId)],
          lock ? 'matters.import-known-locked' : 'matters.import-known',
        )
  const found = new Map<string, Known>()
  for (const row of rows) {
    if (kind === 'implementing') found.set(`${row.basicId}/${row.unitId}`, row)
    else for (const key of [row.code, `${row.unitId}/${row.name}`]) if (key) found.set(key, row)
  }
  return found
}
const keyOf = (kind: ImportKind, { line, unit, basicId }: Target): string =>
  kind === 'implementing'
    ? `${basicId}/${unit.id}`
    : ((line.values.code as string | undefined) ?? `${unit.id}/${line.values.name as string}`)

const outcomes = async (
  sql: Query,
  kind: ImportKind,
  lines: readonly Line[],
  world: World,
  lock: boolean,
): Promise<Outcome[]> => {
  const targets = lines.map((line) => ({ line, target: targetOf(kind, line, world) }))
  const good = targets.flatMap(({ target }) => (Array.isArray(target) ? [] : [target]))
  const known = good.length > 0 ? await readKnown(sql, kind, good, lock) : new Map<string, Known>()
  return targets.map(({ line, target }) =>
    Array.isArray(target) ? { line, faults: target } : decide(kind, target, known.get(keyOf(kind, target)), world),
  )
}

/** Two rows of one file about the same matter: the second is refused. Numbers, since a file may have a million. */
export const repetition = (kind: ImportKind, world: World) => {
  const numbers = new Map<string, number>()
  const seen = new Map<number, number>()
  return (plan: Plan): CellFault[] => {
    const code = plan.line.values.code as string | undefined
    const name = kind === 'basic' ? plan.name : ''
    const at =
      world.basic(code ?? '')?.at ?? numbers.get(name) ?? numbers.set(name, 1_000_000 + numbers.size).get(name)!
    const key = at * 10_000_000 + plan.unit.no
    const first = seen.get(key)
    if (first === undefined) seen.set(key, plan.line.no)
    return first === undefined
      ? []
      : [plan.line.blame('code', `与第 ${first} 条数据是同一项，重复了。请删去其中一行。`)]
  }
}

const actionOf = ({ known, same }: Plan) => (same ? 'same' : known ? 'updated' : 'created')

export const checkLines = async (
  sql: Query,
  kind: ImportKind,
  lines: readonly Line[],
  world: World,
  repeated: (plan: Plan) => CellFault[],
): Promise<Verdict[]> =>
  (await outcomes(sql, kind, lines, world, false)).map((outcome): Verdict => {
    if ('faults' in outcome) return outcome
    const faults = repeated(outcome)
    return faults.length > 0 ? { line: outcome.line, faults } : { line: outcome.line, action: actionOf(outcome) }
  })

interface Author {
  personId: string
  now: Date
}
const insertMatters = (sql: Query, plans: readonly (Plan & { id: string })[], { now }: Author) =>
  sql(
    `insert into matters.matter (id, layer, kind, type, name, unit_id, unit_no, county_no, city_no, level, basic_id, parent_id, function_id, created_at, updated_at)
     select t.id, t.layer, t.kind, t.type, t.name, t.unit_id, t.unit_no, t.county_no, t.city_no, t.level, coalesce(t.basic_id, t.id), t.basic_id, t.function_id, $13, $13
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::int[], $8::int[], $9::int[], $10::smallint[], $11::uuid[], $12::uuid[])
       t (id, layer, kind, type, name, unit_id, unit_no, county_no, city_no, level, basic_id, function_id)`,
    [
      plans.map(({ id }) => id),
      plans.map(({ layer }) => layer),
      plans.map(({ kind }) => kind),
      plans.map(({ type }) => type),
      plans.map(({ name }) => name),
      plans.map(({ unit }) => unit.id),
      plans.map(({ unit }) => unit.no),
      plans.map(({ unit }) => unit.countyNo),
      plans.map(({ unit }) => unit.cityNo),
      plans.map(({ unit }) => unit.level),
      plans.map(({ basicId }) => basicId),
      plans.map(({ functionId }) => functionId),
      now,
    ],
    'matters.import-matters',
  )
const insertVersions = (sql: Query, plans: readonly (Plan & { id: string })[], { personId, now }: Author) =>
  sql(
    `insert into matters.version (id, matter_id, no, purpose, state, name, function_id, elements, completeness, author_id, submitter_id, submitted_at, created_at, updated_at, unit_id)
     select t.id, t.matter_id, t.no, 'edit', case when t.sound then 'review' else 'draft' end, t.name, t.function_id, t.elements::jsonb, t.completeness, $9,
       case when t.sound then $9::uuid end, case when t.sound then $10::timestamptz end, $10, $10, t.unit_id
     from unnest($1::uuid[], $2::uuid[], $3::int[], $4::bool[], $5::text[], $6::uuid[], $7::text[], $8::smallint[], $11::uuid[])
       t (id, matter_id, no, sound, name, function_id, elements, completeness, unit_id)`,
    [
      plans.map(() => newId()),
      plans.map(({ id }) => id),
      plans.map(({ known }) => (known?.lastNo ?? 0) + 1),
      plans.map(({ sound }) => sound),
      plans.map(({ name }) => name),
      plans.map(({ functionId }) => functionId),
      plans.map(({ elements }) => JSON.stringify(elements)),
      plans.map(({ completeness }) => completeness),
      personId,
      now,
      plans.map(({ unit }) => unit.id),
    ],
    'matters.import-versions',
  )
const updateDrafts = (sql: Query, plans: readonly Plan[], { personId, now }: Author) =>
  sql(
    `update matters.version v set state = case when t.sound then 'review' else 'draft' end, name = t.name, function_id = t.function_id, elements = t.elements::jsonb,
       completeness = t.completeness, submitter_id = case when t.sound then $7::uuid end, submitted_at = case when t.sound then $8::timestamptz end,
       returned = null, revision = v.revision + 1, updated_at = $8
     from unnest($1::uuid[], $2::bool[], $3::text[], $4::uuid[], $5::text[], $6::smallint[]) t (id, sound, name, function_id, elements, completeness) where v.id = t.id`,
    [
      plans.map(({ known }) => known!.openId),
      plans.map(({ sound }) => sound),
      plans.map(({ name }) => name),
      plans.map(({ functionId }) => functionId),
      plans.map(({ elements }) => JSON.stringify(elements)),
      plans.map(({ completeness }) => completeness),
      personId,
      now,
    ],
  )

/** Writes a batch in the transaction that also moves the checkpoint: complete rows go for approval, others stay drafts. */
export const applyLines = async (
  sql: Query,
  kind: ImportKind,
  lines: readonly Line[],
  world: World,
  author: Author,
): Promise<Verdict[]> => {
  const decided = await outcomes(sql, kind, lines, world, true)
  const plans = decided.flatMap((outcome) => ('faults' in outcome || outcome.same ? [] : [outcome]))
  const fresh = plans.filter(({ known }) => !known).map((plan) => ({ ...plan, id: newId() }))
  const again = plans.filter(({ known }) => known && !known.openId).map((plan) => ({ ...plan, id: plan.known!.id }))
  const drafts = plans.filter(({ known }) => known?.openId)
  if (fresh.length > 0) await insertMatters(sql, fresh, author)
  if (fresh.length + again.length > 0) await insertVersions(sql, [...fresh, ...again], author)
  if (drafts.length > 0) await updateDrafts(sql, drafts, author)
  return decided.map(
    (outcome): Verdict => ('faults' in outcome ? outcome : { line: outcome.line, action: actionOf(outcome) }),
  )
}
