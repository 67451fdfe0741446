import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { SystemCtx } from '#kernel/module'
import { publishFile } from '#platform/workflow'

/** What handles a matter that names no process of its own: 受理 → 补正 → 审批; and what tells it that the applicant takes it back. */
export const HANDLING = 'matter-handling'
export const WITHDRAWAL = 'matter-withdrawal'

/** Puts both out for the whole province, once. */
export const publishProcesses = async (ctx: SystemCtx): Promise<void> => {
  const [root] = await ctx.sql<{ id: string }>(
    'select id from directory.unit where parent_id is null and valid_to is null order by pre limit 1',
  )
  if (!root) return
  for (const name of [HANDLING, WITHDRAWAL]) {
    const xml = await readFile(path.join(import.meta.dirname, `${name}.bpmn`), 'utf8')
    await publishFile(ctx, { xml, unitId: root.id })
  }
}
