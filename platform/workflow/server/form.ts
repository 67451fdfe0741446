import { AppError, invalid } from '#kernel/errors'
import type { Ctx, Kernel } from '#kernel/module'
import { checkReach, EVERYTHING, type Prepared, prepareOpen, prepareSave, registerRecords } from '#platform/forms'
import type { Access, Data } from '#platform/forms/contract'
import type { Graph } from '../contract/graph.ts'
import type { Act } from '../contract.ts'
import { findSlotIn } from '../engine/invariants.ts'
import type { Handler, State } from '../engine/state.ts'
import { MAY_READ } from './case-file.ts'
import type { By, Instance } from './decide.ts'
import { accessOfStep, formAccess } from './form-access.ts'

/** The form of a case: its record belongs to `platform/forms`; what a step may do with it is said by the process. */

const SOURCE = 'workflow'

/** What is filled in to begin a case. `access`: what the service that begins it lets one fill in; everything where it says nothing. */
export interface FormGiven {
  id: string
  data: Data
  access?: Access
}
/** Checked now, written with the case. */
export const beginForm = async (
  ctx: Ctx,
  { id, data, access = EVERYTHING }: FormGiven,
  by: Handler & By,
): Promise<Prepared> => {
  await checkReach(ctx.sql, id, by.unit)
  return prepareOpen(ctx, { formId: id, given: data, access, by, unitId: by.unit, source: SOURCE })
}

const isWriting = ({ rest, fields }: Access): boolean =>
  [rest, ...Object.values(fields)].some((level) => level === 'write' || level === 'required')
/** Whoever refuses need not fill in what agreeing needs. */
const withoutDuty = ({ rest, fields }: Access): Access => ({
  rest: rest === 'required' ? 'write' : rest,
  fields: Object.fromEntries(
    Object.entries(fields).map(([name, level]) => [name, level === 'required' ? 'write' : level]),
  ),
})

/** What completing a step makes of the form, checked with the access of the step; null where the step leaves it as it is. */
export const completeForm = async (
  ctx: Ctx,
  { definition, state, recordId }: Instance,
  by: By,
  act: Act,
): Promise<Prepared | null> => {
  if (!recordId || act.do !== 'complete') return null
  const found = findSlotIn(state as State, act.slot)
  const user = definition.graph.nodes[found?.token.node ?? '']?.user
  // A slot that is not there, or is another's, is for the engine to refuse.
  if (!user || found?.slot.person !== by.personId) return null
  const { values: given = {}, formRevision: revision } = act
  const rejects = user.outcomes.find(({ key }) => key === act.outcome)?.counts === 'reject'
  const access = rejects ? withoutDuty(accessOfStep(user)) : accessOfStep(user)
  if (Object.keys(given).length === 0 && (rejects || !isWriting(access))) return null
  try {
    return await prepareSave(ctx, { recordId, revision, given, access, by })
  } catch (error) {
    if (!(error instanceof AppError) || !error.errors) throw error
    throw invalid(
      error.message,
      error.errors.map(({ path, message }) => ({ path: `act.values.${path}`, message })),
    )
  }
}

interface Row {
  graph: Graph
  state: State
  nodes: (string | null)[]
}
/** What the caller may do with the form of a case that is open to them; null where it is not. `of`: the case itself, or the record it carries. */
const accessToForm = async (ctx: Ctx, of: 'id' | 'record_id', id: string): Promise<Access | null> => {
  const scope = ctx.scopeText('i.unit_id', 3, 'workflow:administer')
  const [row] = await ctx.sql<Row>(
    `select d.graph, i.state, array(select h.node from workflow.history h where h.instance_id = i.id and h.person_id = $2) as nodes
     from workflow.instance i join workflow.definition d on d.id = i.definition_id
     where i.${of} = $1 and (${MAY_READ} or (${scope.text}))`,
    [id, ctx.actor.personId || null, ...scope.params],
  )
  return row ? formAccess(row.graph, row.state, row.nodes, ctx.actor.personId) : null
}
/** For a service whose record a case carries: what the steps of the case let the caller do with it. */
export const accessOfCase = (ctx: Ctx, instanceId: string): Promise<Access | null> =>
  accessToForm(ctx, 'id', instanceId)

/** The endpoints of forms ask here: a record is open to whoever the case is open to, as far as their steps show it. */
export const registerForms = (kernel: Kernel): void =>
  registerRecords(kernel, SOURCE, { access: (ctx, recordId) => accessToForm(ctx, 'record_id', recordId) })
