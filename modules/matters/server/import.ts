import type { Query } from '#kernel/db'
import { notFound } from '#kernel/errors'
import type { Ctx, Kernel } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { type ImportOwner, type ImportRecord, type ImportWork, importsOf, uploadedTables } from '#platform/transfer'
import { type ImportKind, importAsked } from '../contract.ts'
import { fieldsOf } from './import-fields.ts'
import { loadWorld } from './import-world.ts'
import { applyLines, checkLines, repetition } from './import-write.ts'

/** The caller's organisation, or that of the unit named: one the caller edits for. */
const home = async (ctx: Ctx, unitId: string | undefined): Promise<{ id: string }> => {
  const scope = ctx.scopeText('o.id', 2)
  const [unit] = await ctx.sql<{ id: string }>(
    `select o.id from directory.unit d join directory.unit o on o.no = d.org_no where d.id = $1 and o.valid_to is null and ${scope.text}`,
    [unitId ?? ctx.actor.unitId, ...scope.params],
  )
  if (!unit) throw notFound('这个单位')
  return unit
}

const unitNames = async (sql: Query, ids: readonly string[]): Promise<Map<string, string>> =>
  new Map(
    (
      await sql<{ id: string; name: string }>('select id, name from directory.unit where id = any($1::uuid[])', [ids])
    ).map(({ id, name }) => [id, name]),
  )

/** The caller's scope as units: subtrees wholly inside and single units. */
const reach = async (ctx: Ctx): Promise<{ trees: string[]; units: string[] }> => {
  const scope = ctx.scopeText('u.id', 1)
  const upper = ctx.scopeText('u.parent_id', 1)
  const lower = ctx.scopeText('c.id', 1)
  const rows = await ctx.sql<{ id: string; whole: boolean }>(
    `select u.id, not exists (select 1 from directory.unit c where c.pre between u.pre and u.pre_end and c.valid_to is null and not (${lower.text})) as whole
     from directory.unit u where u.valid_to is null and ${scope.text} and (u.parent_id is null or not (${upper.text}))`,
    scope.params,
  )
  const ids = (isWhole: boolean): string[] => rows.filter(({ whole }) => whole === isWhole).map(({ id }) => id)
  return { trees: ids(true), units: ids(false) }
}

/** Units in scope, their functions, the codes and the basic catalogue are read once for a run. */
const prepare = async (kernel: Kernel, run: ImportRecord<ImportKind>): Promise<ImportWork> => {
  const world = await asSystem(kernel, async ({ sql }) => {
    await sql('set local statement_timeout = 60000')
    return loadWorld(sql, { trees: run.scopeTrees, units: run.scopeUnits }, run.unitId)
  })
  const repeated = repetition(run.kind, world)
  return {
    check: (sql, lines) => checkLines(sql, run.kind, lines, world, repeated),
    apply: ({ sql, now }, lines) => applyLines(sql, run.kind, lines, world, { personId: run.personId, now }),
  }
}

const owner: ImportOwner<ImportKind> = {
  schema: 'matters',
  what: '事项',
  files: uploadedTables({ folder: 'matters-imports', bound: 'matters.import.file' }),
  asked: importAsked,
  topic: 'matters.import',
  fields: fieldsOf,
  home,
  unitNames,
  reach,
  prepare,
}
export const imports = importsOf(owner)
