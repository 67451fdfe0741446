import { notFound } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { TaskSource } from '#platform/tasks'
import type { Graph } from '../contract/graph.ts'
import { instanceStates } from '../contract.ts'
import type { State } from '../engine/state.ts'
import { actTogether } from './acts.ts'
import { MAY_READ } from './case-file.ts'
import { definitionById } from './definitions.ts'

const partsOf = (reference: string): { id: string; slot: string } => {
  const [id = '', slot = ''] = reference.split('/')
  return { id, slot }
}

interface Row {
  id: string
  definition_id: string
  state: State
}
const statesOf = ({ sql }: Pick<Ctx, 'sql'>, ids: readonly string[]): Promise<Row[]> =>
  sql<Row>(
    'select id, definition_id, state from workflow.instance where id = any($1::uuid[])',
    [ids],
    'workflow.states',
  )

/** What the opened step lets its handler say from a list: nothing where fields must be filled in, people named, or somebody must take it first. */
const choicesIn = (graph: Graph, state: State, slot: string, me: string) => {
  if (state.status !== 'running') return []
  const token = Object.values(state.tokens).find(({ step }) =>
    step?.slots.some((one) => one.id === slot && one.state === 'open' && one.person === me),
  )
  const user = graph.nodes[token?.node ?? '']?.user
  const toFill = Object.entries(user?.fields ?? {}).some(
    ([name, access]) => access === 'required' && [undefined, null, ''].includes(state.values[name] as string),
  )
  if (!user || user.free || user.way === 'claim' || toFill) return []
  const kinds = { agree: 'agree', reject: 'return', neutral: 'other' } as const
  return user.outcomes.map(({ key, name, counts, opinion }) => ({ key, name, kind: kinds[counts], opinion }))
}

const lights = { running: 'ok', suspended: 'off', completed: 'ok', terminated: 'off' } as const
const lightOf = ({ status, tokens }: State, now: number): 'ok' | 'warn' | 'over' | 'off' => {
  const steps = Object.values(tokens).flatMap(({ step }) => step ?? [])
  if (steps.some(({ due }) => due !== undefined && due <= now)) return 'over'
  if (steps.some(({ yellow }) => yellow !== undefined && yellow <= now)) return 'warn'
  return lights[status]
}
const wordsOf = (graph: Graph, { status, tokens }: State): string => {
  const open = Object.values(tokens).flatMap(({ node, step }) => (step ? [graph.nodes[node]?.name || node] : []))
  return [instanceStates[status], [...new Set(open)].join('、')].filter(Boolean).join('：')
}

/** Cases in the inbox: what can be said of them from the list, and how those stand that somebody follows. */
export const inbox: TaskSource = {
  async choices(ctx, references) {
    const asked = references.map((reference) => ({ reference, ...partsOf(reference) }))
    const rows = new Map((await statesOf(ctx, [...new Set(asked.map(({ id }) => id))])).map((row) => [row.id, row]))
    const found = asked.map(async ({ reference, id, slot }) => {
      const row = rows.get(id)
      const graph = row && (await definitionById(ctx.sql, row.definition_id)).graph
      return [reference, graph ? choicesIn(graph, row.state, slot, ctx.actor.personId) : []] as const
    })
    return new Map(await Promise.all(found))
  },
  async complete(ctx, reference, { outcome, note, extras }) {
    const { id, slot } = partsOf(reference)
    const [result] = await actTogether([
      { ctx, input: { id, act: { do: 'complete', slot, outcome }, opinion: note, extras } },
    ])
    if (!result) throw notFound('这件事')
    if (result.status === 'rejected') throw result.reason
  },
  async mayRead(ctx, reference) {
    const rows = await ctx.sql(`select 1 from workflow.instance i where i.id = $1 and ${MAY_READ}`, [
      partsOf(reference).id,
      ctx.actor.personId || null,
    ])
    return rows.length > 0
  },
  subjectOf: (reference) => partsOf(reference).id,
  async subjects(ctx, references) {
    const rows = await ctx.sql<Row & { title: string; at: Date }>(
      `select i.id, i.definition_id, i.state, i.title, coalesce(i.ended_at, (select max(h.at) from workflow.history h where h.instance_id = i.id)) as at
       from workflow.instance i where i.id = any($1::uuid[]) and ${MAY_READ}`,
      [references, ctx.actor.personId || null],
      'workflow.subjects',
    )
    return Promise.all(
      rows.map(async ({ id, definition_id, state, title, at }) => {
        const { graph, name } = await definitionById(ctx.sql, definition_id)
        return {
          reference: id,
          matter: name,
          title,
          url: `/cases/${id}`,
          words: wordsOf(graph, state),
          light: lightOf(state, ctx.now.getTime()),
          at,
        }
      }),
    )
  },
}
