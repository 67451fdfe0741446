import type { Query } from '#kernel/db'
import type { ImportCounts, ImportState } from '../contract.ts'
import type { ImportRecord, Verdict } from './owner.ts'

export const NOTHING: ImportCounts = { created: 0, updated: 0, same: 0, skipped: 0 }

/** Counts one more start without progress: a run that never gets anywhere must end some day. */
export const startRun = async <K extends string>(
  sql: Query,
  schema: string,
  id: string,
): Promise<ImportRecord<K> | undefined> =>
  (
    await sql<ImportRecord<K>>(
      `update ${schema}.import set starts = starts + 1 where id = $1 and state in ('checking', 'applying')
       returning id, kind, unit_id as "unitId", person_id as "personId", file_id as "fileId", file_name as "fileName", mapping, state, faulty_rows as "faultyRows",
         scope_trees as "scopeTrees", scope_units as "scopeUnits", checked, faulty, expected, applied, done, at_sheet as "atSheet", at_row as "atRow", starts`,
      [id],
    )
  )[0]

/** The import is no longer this run's: cancelled, or taken over. Nothing of the batch remains. */
export class Superseded extends Error {}

const tally = (counts: ImportCounts, verdicts: readonly Verdict[], skipped: number): ImportCounts => {
  const sum = { ...counts, skipped: counts.skipped + skipped }
  for (const verdict of verdicts) sum['faults' in verdict ? 'skipped' : verdict.action]++
  return sum
}

const writeFaults = async (
  sql: Query,
  schema: string,
  id: string,
  verdicts: readonly Verdict[],
  stage: 'check' | 'apply',
): Promise<void> => {
  const rows = verdicts.flatMap((verdict) =>
    'faults' in verdict ? verdict.faults.slice(0, 20).map((fault, seq) => ({ line: verdict.line, fault, seq })) : [],
  )
  if (rows.length === 0) return
  await sql(
    `insert into ${schema}.import_fault (import_id, no, seq, sheet, row_no, col, value, message, stage)
     select $1, t.no, t.seq, t.sheet, t.row_no, t.col, t.value, t.message, $9
     from unnest($2::int[], $3::smallint[], $4::text[], $5::int[], $6::smallint[], $7::text[], $8::text[]) t (no, seq, sheet, row_no, col, value, message)
     on conflict do nothing`,
    [
      id,
      rows.map(({ line }) => line.no),
      rows.map(({ seq }) => seq),
      rows.map(({ line }) => line.sheet),
      rows.map(({ line }) => line.row),
      rows.map(({ fault }) => fault.col),
      rows.map(({ fault }) => fault.value),
      rows.map(({ fault }) => fault.message),
      stage,
    ],
  )
}

/** A check begins at the first row again. */
export const restartCheck = async (sql: Query, schema: string, run: ImportRecord): Promise<void> => {
  await sql(`delete from ${schema}.import_fault where import_id = $1`, [run.id])
  Object.assign(run, { checked: 0, faulty: 0, expected: NOTHING })
  const rows = await sql(
    `update ${schema}.import set checked = 0, faulty = 0, expected = $2, total = null where id = $1 and state = 'checking' returning 1`,
    [run.id, NOTHING],
  )
  if (rows.length === 0) throw new Superseded()
}

export const saveChecked = async (
  sql: Query,
  schema: string,
  run: ImportRecord,
  verdicts: readonly Verdict[],
  now: Date,
): Promise<void> => {
  const next = {
    checked: run.checked + verdicts.length,
    faulty: run.faulty + verdicts.filter((verdict) => 'faults' in verdict).length,
    expected: tally(run.expected, verdicts, 0),
  }
  const rows = await sql(
    `update ${schema}.import set checked = $3, faulty = $4, expected = $5, starts = 0, updated_at = $6 where id = $1 and state = 'checking' and checked = $2 returning 1`,
    [run.id, run.checked, next.checked, next.faulty, next.expected, now],
  )
  if (rows.length === 0) throw new Superseded()
  await writeFaults(sql, schema, run.id, verdicts, 'check')
  Object.assign(run, next)
}

export const refusedRows = async (
  sql: Query,
  schema: string,
  id: string,
  from: number,
  to: number,
): Promise<Set<number>> =>
  new Set(
    (
      await sql<{ no: number }>(
        `select distinct no from ${schema}.import_fault where import_id = $1 and no between $2 and $3 and stage = 'check'`,
        [id, from, to],
      )
    ).map(({ no }) => no),
  )

export interface Checkpoint {
  applied: number
  done: ImportCounts
  atSheet: string
  atRow: number
}
/** Moves from exactly where this run believes it to be, so two runs of one import can never both write a row. */
export const moveCheckpoint = async (
  sql: Query,
  schema: string,
  run: ImportRecord,
  past: { no: number; sheet: string; row: number },
  result: { verdicts: readonly Verdict[]; skipped: number },
  now: Date,
): Promise<Checkpoint> => {
  const done = tally(run.done, result.verdicts, result.skipped)
  const rows = await sql(
    `update ${schema}.import set applied = $3, done = $4, at_sheet = $5, at_row = $6, starts = 0, updated_at = $7
     where id = $1 and state = 'applying' and applied = $2 returning 1`,
    [run.id, run.applied, past.no, done, past.sheet, past.row, now],
  )
  if (rows.length === 0) throw new Superseded()
  await writeFaults(sql, schema, run.id, result.verdicts, 'apply')
  return { applied: past.no, done, atSheet: past.sheet, atRow: past.row }
}

export const finish = (
  sql: Query,
  schema: string,
  id: string,
  from: ImportState,
  to: { state: ImportState; total?: number; message?: string },
  now: Date,
) =>
  sql(
    `update ${schema}.import set state = $3, total = coalesce($4, total), message = $5, starts = 0, updated_at = $6 where id = $1 and state = $2`,
    [id, from, to.state, to.total ?? null, to.message ?? null, now],
  )
