import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Seed } from '#kernel/module'
import { publishGraph, readGraph } from './publish.ts'

const EXAMPLES = path.resolve(import.meta.dirname, '../definition/examples')

/** The example processes, put out by the province for everybody. */
export const seed = ({ run }: Seed): Promise<void> =>
  run(async (ctx) => {
    const [root] = await ctx.sql<{ id: string }>(
      'select id from directory.unit where parent_id is null and valid_to is null order by pre limit 1',
    )
    if (!root) return
    for (const file of (await readdir(EXAMPLES)).filter((name) => name.endsWith('.bpmn')).sort()) {
      const xml = await readFile(path.join(EXAMPLES, file), 'utf8')
      await publishGraph(ctx, { xml, graph: await readGraph(xml), unitId: root.id })
    }
  })
