import type { Query } from '#kernel/db'
import type { Handlers } from '#kernel/module'
import type { Graph } from '../contract/graph.ts'
import type { Branch, jointApi } from '../contract/joint.ts'
import type { State } from '../engine/state.ts'
import { readRow } from './case-file.ts'
import { definitionById } from './definitions.ts'

interface Row {
  id: string
  parent_node: string | null
  parent_run: number | null
  parent_definition: string
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
    const whole = await readRow(ctx, id)
    const rows = await ctx.sql<Row>(
      // A branch that was sent back is another instance in the same place: the last one counts.
      `select distinct on (coalesce(i.parent_node || '/' || i.parent_run, i.id::text)) i.id, i.parent_node, i.parent_run, p.definition_id as parent_definition, i.definition_id, u.short_name as unit_name, i.status, i.faulty,
         i.state -> 'tokens' as tokens, i.started_at, i.ended_at
       from workflow.instance i join workflow.instance p on p.id = i.parent_id join directory.unit u on u.id = i.unit_id
       where i.parent_id = $1 order by coalesce(i.parent_node || '/' || i.parent_run, i.id::text), i.started_at desc, i.id desc limit 500`,
      [id],
      'workflow.branches',
    )
    const may = returnableBy(ctx.actor.personId, whole.state, await graphOf(ctx.sql, whole.definition_id))
    const shown = await Promise.all(rows.map((row) => present(ctx.sql, row, may)))
    return { rows: shown.sort((a, b) => (a.run ?? 0) - (b.run ?? 0)) }
  },
}

const graphOf = async (sql: Query, id: string): Promise<Graph> => (await definitionById(sql, id)).graph

/** 退回一支: whoever handles a step that may send back, of branches whose answer came in; the engine has the last word. */
const returnableBy = (me: string, { tokens, values }: State, graph: Graph): ((row: Row) => boolean) => {
  const mine = Object.values(tokens).some(
    ({ node, state, step }) =>
      state === 'at' &&
      step?.slots.some((slot) => slot.person === me && slot.state === 'open') &&
      graph.nodes[node]?.user?.operations.includes('send-back'),
  )
  return ({ parent_node, parent_run, status }) => {
    const { collect } = graph.nodes[parent_node ?? '']?.multi ?? {}
    const answered = collect && values[collect.to]
    return (
      mine && status === 'completed' && parent_run !== null && Array.isArray(answered) && parent_run < answered.length
    )
  }
}

const present = async (sql: Query, row: Row, returnable: (row: Row) => boolean): Promise<Branch> => {
  const [{ graph, name }, parent] = await Promise.all([
    definitionById(sql, row.definition_id),
    definitionById(sql, row.parent_definition),
  ])
  const open = Object.values(row.tokens).filter(({ step, fault }) => step || fault)
  const due = open.flatMap(({ step }) => step?.due ?? [])
  return {
    id: row.id,
    call: row.parent_node,
    run: row.parent_run,
    callName: row.parent_node === null ? null : parent.graph.nodes[row.parent_node]?.name || row.parent_node,
    processName: name,
    unitName: row.unit_name,
    steps: [...new Set(open.map(({ node }) => graph.nodes[node]?.name || node))],
    status: row.status,
    faulty: row.faulty,
    since: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    returnable: returnable(row),
    dueAt: due.length > 0 ? new Date(Math.min(...due)).toISOString() : null,
  }
}
