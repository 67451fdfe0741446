import { conflict, forbidden, invalid, notFound, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Handlers } from '#kernel/module'
import type { Act, Administer, CaseFile, workflowApi } from '../contract.ts'
import { findSlotIn } from '../engine/invariants.ts'
import type { Command, Handler, State } from '../engine/state.ts'
import { advance, type By, type Instance, lockInstance, taskNumber } from './advance.ts'
import { caseFile, checkReadable, listInstances } from './case-file.ts'
import { definitionByKey } from './definitions.ts'
import { processes, publish, readProcess } from './publish.ts'

/** Where a person works, as the record names it. */
const postOf = async ({ sql }: Pick<Ctx, 'sql'>, person: string): Promise<Handler & By> => {
  const row = await sql<{ person: string; unit: string; name: string; unit_name: string }>(
    `select p.id as person, m.unit_id as unit, p.name, u.short_name as unit_name from directory.person p
     join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null join directory.unit u on u.id = m.unit_id
     where p.id = $1 and p.status = 'active'`,
    [person],
    'workflow.post',
  ).then(one('这名人员'))
  return { person: row.person, unit: row.unit, personId: row.person, name: row.name, unitName: row.unit_name }
}
const named = async (ctx: Ctx, ids: readonly string[]): Promise<Handler[]> => {
  const rows = await ctx.sql<Handler>(
    `select p.id as person, m.unit_id as unit from directory.person p join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
     where p.id = any($1::uuid[]) and p.status = 'active'`,
    [ids],
    'workflow.named',
  )
  return ids.map((id) => rows.find(({ person }) => person === id) ?? refusePerson())
}
const refusePerson = (): never => {
  throw invalid('所选人员中有人已经离岗，请重新选择。')
}
const choicesOf = async (ctx: Ctx, choices: Record<string, string[]> = {}): Promise<Record<string, Handler[]>> => {
  const chosen: Record<string, Handler[]> = {}
  for (const [node, ids] of Object.entries(choices)) chosen[node] = await named(ctx, ids)
  return chosen
}

/** Slots that whoever holds them has looked at: the to-do says so. */
const openedSlots = async (ctx: Ctx, { id, state }: Instance): Promise<string[]> => {
  const slots = Object.values((state as State).tokens).flatMap(({ step }) => step?.slots ?? [])
  const numbers = slots.map(({ id: slot, person }) => taskNumber(id, slot, person))
  const rows = await ctx.sql<{ external_id: string }>(
    "select external_id from tasks.task where source = 'workflow' and external_id = any($1) and opened_at is not null",
    [numbers],
  )
  return rows.map(({ external_id }) => external_id.split('/')[1] as string)
}

const commandOf = async (ctx: Ctx, instance: Instance, by: Handler, act: Act): Promise<Command> => {
  switch (act.do) {
    case 'complete': {
      const { next, choices, ...rest } = act
      return { ...rest, by, ...(next && { next: await named(ctx, next) }), choices: await choicesOf(ctx, choices) }
    }
    case 'add-signer':
    case 'assist':
    case 'circulate':
      return { ...act, by, people: await named(ctx, act.people) }
    case 'transfer':
    case 'delegate':
      return { ...act, by, to: (await named(ctx, [act.to]))[0] as Handler }
    case 'withdraw':
      return { ...act, by, opened: await openedSlots(ctx, instance) }
    default:
      return { ...act, by }
  }
}

/** A required opinion is required by the server too. */
const checkOpinion = ({ definition, state }: Instance, act: Act, opinion?: string): void => {
  if (act.do !== 'complete') return
  const node = definition.graph.nodes[findSlotIn(state as State, act.slot)?.token.node ?? '']
  const outcome = node?.user?.outcomes.find(({ key }) => key === act.outcome)
  if (outcome?.opinion === 'required' && !opinion)
    throw invalid(`选择「${outcome.name}」时请填写意见。`, [{ path: 'opinion', message: '请填写意见。' }])
}

/** Only what the step lets one write is written, and what it requires is there: the page is not the guard. */
const checkFields = ({ definition, state }: Instance, act: Act): void => {
  if (act.do !== 'complete') return
  const node = definition.graph.nodes[findSlotIn(state as State, act.slot)?.token.node ?? '']
  const fields = new Map(Object.entries(node?.user?.fields ?? {}))
  const given = new Map(Object.entries(act.values ?? {}))
  for (const name of given.keys())
    if (!['write', 'required'].includes(fields.get(name) ?? '')) throw invalid(`「${name}」在这一步不能填写。`)
  const known = new Map([...Object.entries((state as State).values), ...given])
  const missing = [...fields].filter(
    ([name, access]) => access === 'required' && ['', null, undefined].includes(known.get(name) as string),
  )
  if (missing.length > 0)
    throw invalid(
      `请填写${missing.map(([name]) => `「${name}」`).join('')}。`,
      missing.map(([name]) => ({ path: `act.values.${name}`, message: '请填写。' })),
    )
}

const ownerOf = async (ctx: Ctx, { state }: Instance, act: Act): Promise<{ id: string; name: string } | undefined> => {
  const owner = 'slot' in act ? findSlotIn(state as State, act.slot)?.slot.owner : undefined
  if (!owner) return undefined
  const [row] = await ctx.sql<{ name: string }>(
    'select name from directory.person where id = $1',
    [owner],
    'workflow.owner',
  )
  return { id: owner, name: row?.name ?? '' }
}

const act = async (
  ctx: Ctx,
  { id, act: asked, opinion }: { id: string; act: Act; opinion?: string },
): Promise<CaseFile> => {
  await checkReadable(ctx, id)
  const instance = await lockInstance(ctx, id)
  const by = await postOf(ctx, ctx.actor.personId)
  if (asked.do === 'urge' && instance.state?.starter.person !== by.person) throw forbidden('只有发起人可以催办。')
  checkOpinion(instance, asked, opinion)
  checkFields(instance, asked)
  const owner = await ownerOf(ctx, instance, asked)
  const command = await commandOf(ctx, instance, { person: by.person, unit: by.unit }, asked)
  ctx.audit({ type: 'instance', id, label: instance.title })
  await advance(ctx, instance, command, { by, owner, opinion })
  return caseFile(ctx, id)
}

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

export const handlers: Handlers<typeof workflowApi> = {
  processes,
  publish,
  definition: readProcess,
  async start(ctx, { process, title, urgency, values, choices }) {
    const by = await postOf(ctx, ctx.actor.personId)
    const definition = await definitionByKey(ctx.sql, process, by.unit)
    const fresh: Instance = {
      id: newId(),
      definition,
      title,
      urgency,
      rev: 0,
      state: null,
      parentId: null,
      parentToken: null,
    }
    const who: Handler = { person: by.person, unit: by.unit }
    ctx.audit({ type: 'instance', id: fresh.id, label: title })
    await advance(
      ctx,
      fresh,
      { do: 'start', by: who, values: values as Record<string, never>, choices: await choicesOf(ctx, choices) },
      { by },
    )
    return caseFile(ctx, fresh.id)
  },
  mine: (ctx, input) => listInstances(ctx, { text: 'i.starter_id = $1', params: [ctx.actor.personId] }, input),
  scoped: (ctx, input) => listInstances(ctx, ctx.scopeText('i.unit_id', 1), input),
  caseFile: (ctx, { id }) => caseFile(ctx, id),
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
