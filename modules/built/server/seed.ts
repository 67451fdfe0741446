import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { newId } from '#kernel/ids'
import type { Kernel, Seed, SystemCtx } from '#kernel/module'
import { asSystem } from '#kernel/system'
import type { AppDefinition } from '../contract.ts'
import { checkApp } from '../core/check.ts'
import { beginPromotion } from './define.ts'
import { putDemoQuotas } from './demo.ts'
import { putFirstRecords } from './first-records.ts'
import { promote } from './promote.ts'

/** Packs are folders that read well in git: the definition, and beside it each process as a file. */
const PACKS = path.join(import.meta.dirname, '../../../packs')

export const readPack = async (name: string): Promise<AppDefinition> => {
  const folder = path.join(PACKS, name)
  const given = JSON.parse(await readFile(path.join(folder, 'app.json'), 'utf8')) as Record<string, unknown>
  const files = (await readdir(folder)).filter((file) => file.endsWith('.bpmn')).sort()
  const processes = await Promise.all(
    files.map(async (file) => ({
      key: file.replace(/\.bpmn$/, ''),
      bpmn: await readFile(path.join(folder, file), 'utf8'),
    })),
  )
  const checked = checkApp({ ...given, ...(processes.length > 0 && { processes }) })
  if (!('definition' in checked))
    throw new Error(`pack ${name}: ${JSON.stringify(checked.faults.slice(0, 10), null, 1)}`)
  return checked.definition
}

const insert = async (ctx: SystemCtx, definition: AppDefinition, unitId: string): Promise<string> => {
  const [id, versionId] = [newId(), newId()]
  await ctx.sql(
    'insert into built.app (id, key, name, owner_unit, reach, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $6)',
    [id, definition.key, definition.name, unitId, definition.reach, ctx.now],
  )
  await ctx.sql(
    "insert into built.version (id, app_id, version, state, definition, editor_name, edited_at) values ($1, $2, 1, 'review', $3, '平台', $4)",
    [versionId, id, JSON.stringify(definition), ctx.now],
  )
  await beginPromotion(ctx, { appId: id, versionId, definition, old: null, by: null })
  return versionId
}

/** Puts an application out for a unit, as the platform brings it along. */
export const install = async (kernel: Kernel, definition: AppDefinition, unitId: string): Promise<void> => {
  const versionId = await asSystem(kernel, (ctx) => insert(ctx, definition, unitId))
  await promote(kernel, versionId)
  const [row] = await kernel.database.query<{ appId: string }>(
    'select app_id as "appId" from built.version where id = $1',
    [versionId],
  )
  if (row) await asSystem(kernel, (ctx) => putFirstRecords(ctx, row))
}

export const seed = async ({ kernel }: Seed): Promise<void> => {
  const [root] = await kernel.database.query<{ id: string }>(
    'select id from directory.unit where parent_id is null and valid_to is null order by pre limit 1',
  )
  if (!root) return
  for (const name of (await readdir(PACKS).catch(() => [])).sort()) {
    const definition = await readPack(name)
    const [known] = await kernel.database.query('select 1 from built.app where key = $1', [definition.key])
    if (!known) await install(kernel, definition, root.id)
  }
  await asSystem(kernel, putDemoQuotas)
}
