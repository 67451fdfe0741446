import { AppError, invalid } from '#kernel/errors'
import type { Ctx, Kernel } from '#kernel/module'
import { checkReach, EVERYTHING, type Prepared, prepareOpen, prepareSave, readRecord, registerRecords } from '#platform/forms'
import type { Access, Data } from '#platform/forms/contract'
import type { Graph, UserStep } from '../contract/graph.ts'
import type { Act, CaseFile } from '../contract.ts'
import { findSlotIn } from '../engine/invariants.ts'
import type { Handler, State } from '../engine/state.ts'
import { hiddenFrom, MAY_READ } from './case-file.ts'
import type { By, Instance } from './decide.ts'

/** The form of a case: its record belongs to `platform/forms`, what a step may do with it is said by the process. */

const SOURCE = 'workflow'
export type FormGiven = { id: string; data: Data; access?: Access }

/** Checks what is filled in to begin a case; it is written with the case. `access`: what the service that begins it lets one fill in. */
export const beginForm = async (ctx: Ctx, form: FormGiven, by: Handler & By): Promise<Prepared> => {
  await checkReach(ctx.sql, form.id, by.unit)
  const { id: formId, data: given, access = EVERYTHING } = form
  return prepareOpen(ctx, { formId, given, access, by, unitId: by.unit, source: SOURCE })
}

/** What a step lets whoever handles it do with the form: what is not named is read. */
const accessOfStep = ({ fields = {} }: UserStep): Access => ({ rest: 'read', fields })
const writes = ({ fields }: Access): boolean => Object.values(fields).some((level) => level === 'write' || level === 'required')

/** Whoever refuses or sends on need not fill in what agreeing needs. */
const withoutDuty = (access: Access): Access => ({
  ...access,
  fields: Object.fromEntries(Object.entries(access.fields).map(([name, level]) => [name, level === 'required' ? 'write' : level])),
})

/** What completing a step makes of the form, checked with the access of the step; null where it does not touch it. */
export const completeForm = async (
  ctx: Ctx,
  { definition, state, recordId }: Instance,
  by: By,
  act: Act,
): Promise<Prepared | null> => {
  if (!recordId || act.do !== 'complete') return null
  const user = definition.graph.nodes[findSlotIn(state as State, act.slot)?.token.node ?? '']?.user
  // A slot that is not there is for the engine to refuse.
  if (!user) return null
  const { values: given = {}, formRevision: revision } = act
  const full = accessOfStep(user)
  const rejects = user.outcomes.find(({ key }) => key === act.outcome)?.counts === 'reject'
  const access = rejects ? withoutDuty(full) : full
  const isGiven = Object.keys(given).length > 0
  if (!isGiven && (rejects || !writes(access))) return null
  try {
    return await prepareSave(ctx, { recordId, revision, given, access, by })
  } catch (error) {
    if (!(error instanceof AppError) || !error.errors) throw error
    const errors = error.errors.map(({ path, message }) => ({ path: `act.values.${path}`, message }))
    throw invalid(error.message, errors)
  }
}

/** The step at which somebody is asked to do something now. */
const openStepOf = (graph: Graph, state: State, me: string): UserStep | undefined => {
  if (state.status !== 'running') return undefined
  const token = Object.values(state.tokens).find(({ step }) =>
    step?.slots.some(({ person, state: at }) => person === me && at === 'open'),
  )
  return graph.nodes[token?.node ?? '']?.user
}

/** What somebody may see of the form, and write while it is their turn; what any of their steps hides stays hidden unless this one shows it. */
const accessOf = (graph: Graph, state: State, nodes: Iterable<string | null>, me: string): Access => {
  const step = openStepOf(graph, state, me)
  const hidden = [...hiddenFrom(graph, state, nodes, me)].map((name) => [name, 'hide'] as const)
  return { rest: 'read', fields: { ...Object.fromEntries(hidden), ...(step ? accessOfStep(step).fields : {}) } }
}

/** The form as part of a case that the caller was let in to read. */
export const formOf = async (
  ctx: Ctx,
  recordId: string | null,
  graph: Graph,
  state: State,
  nodes: Iterable<string | null>,
): Promise<CaseFile['form']> =>
  recordId ? readRecord(ctx, { id: recordId, access: accessOf(graph, state, nodes, ctx.actor.personId) }) : null

interface Row {
  graph: Graph
  state: State
  nodes: (string | null)[]
}
/** The endpoints of forms ask here: a record is open to whoever the case is open to, as far as their steps show it. */
export const registerForms = (kernel: Kernel): void =>
  registerRecords(kernel, SOURCE, {
    async access(ctx: Ctx, recordId: string): Promise<Access | null> {
      const me = ctx.actor.personId || null
      const scope = ctx.scopeText('i.unit_id', 3, 'workflow:administer')
      const [row] = await ctx.sql<Row>(
        `select d.graph, i.state, array(select h.node from workflow.history h where h.instance_id = i.id and h.person_id = $2) as nodes
         from workflow.instance i join workflow.definition d on d.id = i.definition_id
         where i.record_id = $1 and (${MAY_READ} or (${scope.text}))`,
        [recordId, me, ...scope.params],
      )
      return row ? accessOf(row.graph, row.state, row.nodes, ctx.actor.personId) : null
    },
  })

