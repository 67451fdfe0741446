import type { Handlers } from '#kernel/module'
import type { Branch, jointApi } from '../contract/joint.ts'
import type { State } from '../engine/state.ts'
import { checkReadable } from './case-file.ts'
import { definitionById } from './definitions.ts'

interface Row {
  id: string
  definition_id: string
  unit_name: string
  status: Branch['status']
  faulty: boolean
  tokens: State['tokens']
  started_at: Date
  ended_at: Date | null
}

/** Whoever may read the whole may follow its branches: where each stands, never what is written in it. */
export const jointHandlers: Handlers<typeof jointApi> = {
  async branches(ctx, { id }) {
    await checkReadable(ctx, id)
    const rows = await ctx.sql<Row>(
      `select i.id, i.definition_id, u.short_name as unit_name, i.status, i.faulty,
         i.state -> 'tokens' as tokens, i.started_at, i.ended_at
       from workflow.instance i join directory.unit u on u.id = i.unit_id
       where i.parent_id = $1 order by i.started_at, i.id limit 500`,
      [id],
      'workflow.branches',
    )
    return { rows: await Promise.all(rows.map((row) => present(ctx.sql, row))) }
  },
}

const present = async (sql: Parameters<typeof definitionById>[0], row: Row): Promise<Branch> => {
  const { graph, name } = await definitionById(sql, row.definition_id)
  const open = Object.values(row.tokens).filter(({ step, fault }) => step || fault)
  const due = open.flatMap(({ step }) => step?.due ?? [])
  return {
    id: row.id,
    processName: name,
    unitName: row.unit_name,
    steps: [...new Set(open.map(({ node }) => graph.nodes[node]?.name || node))],
    status: row.status,
    faulty: row.faulty,
    since: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    dueAt: due.length > 0 ? new Date(Math.min(...due)).toISOString() : null,
  }
}
