import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { SystemCtx } from '#kernel/module'
import { publishFile } from '#platform/workflow'

/** What handles a matter that names no process of its own: 受理 → 补正 → 审批; and what tells it that the applicant takes it back. */
export const HANDLING = 'matter-handling'
export const WITHDRAWAL = 'matter-withdrawal'

/** Puts both out for the whole province, again where the file has changed; what an administrator has drawn since stays. */
export const publishProcesses = async (ctx: SystemCtx): Promise<void> => {
  const [root] = await ctx.sql<{ id: string }>(
    'select id from directory.unit where parent_id is null and valid_to is null order by pre limit 1',
  )
  if (!root) return
  await ctx.sql("select pg_advisory_xact_lock(hashtext('matters.processes'))")
  for (const name of [HANDLING, WITHDRAWAL]) {
    const xml = await readFile(path.join(import.meta.dirname, `${name}.bpmn`), 'utf8')
    const [last] = await ctx.sql<{ stands: boolean }>(
      'select published_by is not null or xml = $2 as stands from workflow.definition where key = $1 order by version desc limit 1',
      [name, xml],
    )
    if (!last?.stands) await publishFile(ctx, { xml, unitId: root.id })
  }
}
