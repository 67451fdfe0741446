import type { Ctx } from '#kernel/module'
import { readRecord } from '#platform/forms'
import type { Access } from '#platform/forms/contract'
import { type Graph, REST, type UserStep } from '../contract/graph.ts'
import type { CaseFile } from '../contract.ts'
import type { State } from '../engine/state.ts'

/** What the steps hide that somebody handled, `nodes`, or handles now. */
export const hiddenFrom = (graph: Graph, state: State, nodes: Iterable<string | null>, me: string): Set<string> => {
  const mine = new Set([
    ...nodes,
    ...Object.values(state.tokens)
      .filter(({ step }) => step?.slots.some(({ person }) => person === me))
      .map(({ node }) => node),
  ])
  const fields = [...mine].flatMap((node) => Object.entries(graph.nodes[node ?? '']?.user?.fields ?? {}))
  return new Set(fields.filter(([, access]) => access === 'hide').map(([name]) => name))
}

/** What a step lets whoever handles it do with the form: what is not named is read. */
export const accessOfStep = ({ fields = {} }: UserStep): Access => {
  const { [REST]: rest = 'read', ...named } = fields
  return { rest, fields: named }
}

/** The step at which somebody is asked to do something now. */
const openStepOf = (graph: Graph, state: State, me: string): UserStep | undefined => {
  if (state.status !== 'running') return undefined
  const token = Object.values(state.tokens).find(({ step }) =>
    step?.slots.some(({ person, state: at }) => person === me && at === 'open'),
  )
  return graph.nodes[token?.node ?? '']?.user
}

/** What somebody may see of the form, and write while it is their turn; what another step of theirs hides stays hidden unless this one names it. */
export const formAccess = (graph: Graph, state: State, nodes: Iterable<string | null>, me: string): Access => {
  const step = openStepOf(graph, state, me)
  const hidden = hiddenFrom(graph, state, nodes, me)
  const otherwise: Access = {
    rest: hidden.has(REST) ? 'hide' : 'read',
    fields: Object.fromEntries([...hidden].map((name) => [name, 'hide' as const])),
  }
  const { rest, fields } = step ? accessOfStep(step) : otherwise
  return { rest, fields: { ...otherwise.fields, ...fields } }
}

/** The form as part of a case that the caller was let in to read. */
export const formOf = async (
  ctx: Ctx,
  recordId: string | null,
  graph: Graph,
  state: State,
  nodes: Iterable<string | null>,
): Promise<CaseFile['form']> =>
  recordId ? readRecord(ctx, { id: recordId, access: formAccess(graph, state, nodes, ctx.actor.personId) }) : null
