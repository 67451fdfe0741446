import { conflict, invalid, notFound, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Handlers } from '#kernel/module'
import { blankForm, checkReach, EVERYTHING, type Prepared } from '#platform/forms'
import type { Administer, CaseFile, workflowApi } from '../contract.ts'
import type { Command, Handler, Values } from '../engine/state.ts'
import { absenceHandlers } from './absences.ts'
import { act, choicesOf, named, postOf } from './acts.ts'
import { administrationHandlers, exportScoped } from './administration.ts'
import { advance } from './advance.ts'
import { askedOf } from './asked.ts'
import { caseFile, listInstances } from './case-file.ts'
import { type Instance, lockInstance } from './decide.ts'
import { definitionByKey } from './definitions.ts'
import { beginForm, type FormGiven } from './form.ts'
import { jointHandlers } from './joint.ts'
import { migrationHandlers } from './migrate-instances.ts'
import { processes, publish, readProcess } from './publish.ts'
import { caseSheet } from './sheet.ts'

const administer = async (
  ctx: Ctx,
  { id, act: asked, reason }: { id: string; act: Administer; reason: string },
): Promise<CaseFile> => {
  const scope = ctx.scopeText('unit_id', 2)
  const [mine] = await ctx.sql(`select 1 from workflow.instance where id = $1 and ${scope.text}`, [id, ...scope.params])
  if (!mine) throw notFound('这件事')
  const instance = await lockInstance(ctx, id)
  const by = await postOf(ctx, ctx.actor.personId)
  const who: Handler = { person: by.person, unit: by.unit }
  const command: Command =
    asked.do === 'assign' ? { ...asked, by: who, people: await named(ctx, asked.people) } : { ...asked, by: who }
  ctx.audit({ type: 'instance', id, label: instance.title, detail: { reason } })
  await advance(ctx, instance, command, { by, opinion: reason })
  return caseFile(ctx, id)
}

const MOST_DAYS = 366

/** What whoever starts a case may always say of it. */
const REMARK = '说明'
/** Only what the process reads or a step writes, and the remark, may come with it: variables of its own are nobody's to set. */
const checkValues = ({ graph }: Instance['definition'], values: Record<string, unknown>): void => {
  const fields = Object.values(graph.nodes).flatMap(({ user }) => Object.keys(user?.fields ?? {}))
  const known = new Set([...askedOf(graph), ...fields, REMARK])
  for (const name of Object.keys(values))
    if (!known.has(name))
      throw invalid(`这个流程没有「${name}」。`, [{ path: `values.${name}`, message: '流程中没有这一项。' }])
}

export interface Starting {
  process: string
  title: string
  urgency?: Instance['urgency']
  /** what the conditions of the process read */
  values?: Values
  /** people for steps that leave the choice to whoever starts */
  choices?: Record<string, string[]>
  /** the values come from a page: only what the process knows may be among them */
  strict?: boolean
  /** name of the module that starts it and follows its events by it */
  subject?: string
  /** the form it carries from the start, or what the service that starts it has filled in already; the process learns of it what its graph reads */
  form?: FormGiven | Prepared
}
/** Starts a case of the caller in the caller's transaction, on the version that reaches the caller's unit; answers its id. */
export const startInstance = async (
  ctx: Ctx,
  { process, title, urgency = 'normal', values, choices, strict = false, subject, form }: Starting,
): Promise<string> => {
  const by = await postOf(ctx, ctx.actor.personId)
  const definition = await definitionByKey(ctx.sql, process, by.unit)
  if (strict) checkValues(definition, values ?? {})
  const opened = form && 'plain' in form ? form : undefined
  const filled = opened ?? (form && (await beginForm(ctx, form as FormGiven, by)))
  const fresh: Instance = {
    id: newId(),
    definition,
    title,
    urgency,
    rev: 0,
    state: null,
    parentId: null,
    parentToken: null,
    ...(filled && { recordId: filled.id }),
  }
  const told = filled ? (filled.plain(definition.graph.reads) as Values) : {}
  const who: Handler = { person: by.person, unit: by.unit }
  const command: Command = {
    do: 'start',
    by: who,
    ...(subject && { subject }),
    values: { ...values, ...told },
    choices: await choicesOf(ctx, choices),
  }
  // what another service opened is written by it
  await advance(ctx, fresh, command, { by }, opened ? undefined : filled)
  return fresh.id
}

export const handlers: Handlers<typeof workflowApi> = {
  ...migrationHandlers,
  ...jointHandlers,
  ...administrationHandlers,
  ...absenceHandlers,
  exportScoped,
  processes,
  publish,
  definition: readProcess,
  async start(ctx, { values, ...asked }) {
    const id = await startInstance(ctx, { ...asked, values: values as Values, strict: true })
    ctx.audit({ type: 'instance', id, label: asked.title })
    return caseFile(ctx, id)
  },
  async beginForm(ctx, { id }) {
    const by = await postOf(ctx, ctx.actor.personId)
    await checkReach(ctx.sql, id, by.unit)
    return blankForm(ctx, { formId: id, access: EVERYTHING, by })
  },
  mine: (ctx, input) => listInstances(ctx, { text: 'i.starter_id = $1', params: [ctx.actor.personId] }, input),
  scoped: (ctx, input) => listInstances(ctx, ctx.scopeText('i.unit_id', 1), input),
  caseFile: (ctx, { id }) => caseFile(ctx, id),
  caseSheet,
  act,
  administer,
  async delegations(ctx) {
    const rows = await ctx.sql<{
      id: string
      agent: string
      principal: string
      principal_id: string
      processes: string[]
      reason: string
      valid_from: Date
      valid_to: Date
    }>(
      `select d.id, a.name as agent, p.name as principal, d.principal_id, d.processes, d.reason, d.valid_from, d.valid_to from workflow.delegation d
       join directory.person a on a.id = d.agent_id join directory.person p on p.id = d.principal_id
       where (d.principal_id = $1 or d.agent_id = $1) and d.ended_at is null and d.valid_to > $2 order by d.valid_from, d.id limit 200`,
      [ctx.actor.personId, ctx.now],
    )
    return {
      rows: rows.map((row) => ({
        id: row.id,
        agentName: row.agent,
        principalName: row.principal,
        given: row.principal_id === ctx.actor.personId,
        processes: row.processes,
        reason: row.reason,
        from: row.valid_from.toISOString(),
        to: row.valid_to.toISOString(),
      })),
    }
  },
  async delegate(ctx, { agentId, processes: keys, reason, from, to }) {
    const agent = await postOf(ctx, agentId)
    if (agent.person === ctx.actor.personId) throw invalid('不能委托给自己。')
    const days = (Date.parse(to) - Date.parse(from)) / 86_400_000
    if (!(days > 0) || days > MOST_DAYS) throw invalid('委托的结束时间要晚于开始时间，最长一年。')
    const [back] = await ctx.sql(
      'select 1 from workflow.delegation where principal_id = $1 and agent_id = $2 and ended_at is null and valid_from < $4 and valid_to > $3',
      [agentId, ctx.actor.personId, from, to],
    )
    if (back) throw conflict('对方在这段时间已委托您办理，不能互相委托。')
    const id = newId()
    await ctx.sql(
      `insert into workflow.delegation (id, principal_id, agent_id, processes, reason, valid_from, valid_to, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, ctx.actor.personId, agentId, keys, reason, from, to, ctx.now],
    )
    ctx.audit({ type: 'person', id: agentId, label: agent.name })
    return { id }
  },
  async endDelegation(ctx, { id }) {
    await ctx
      .sql(
        'update workflow.delegation set ended_at = $3 where id = $1 and principal_id = $2 and ended_at is null returning 1',
        [id, ctx.actor.personId, ctx.now],
      )
      .then(one('这项委托'))
    return {}
  },
}
