import type { Query } from '#kernel/db'
import { AppError, forbidden, invalid, notFound } from '#kernel/errors'
import { type Ctx, type Flushed, flushed } from '#kernel/module'
import { opinionOf } from '#platform/tasks'
import type { OpinionExtras } from '#platform/tasks/contract'
import type { Act, Acted } from '../contract.ts'
import { findSlotIn } from '../engine/invariants.ts'
import type { Command, Handler, State } from '../engine/state.ts'
import { record, SOURCE, taskNumber } from './advance.ts'
import { checkReadable } from './case-file.ts'
import { type Advance, type By, decide, type Instance, lockInstances } from './decide.ts'
import { completeForm } from './form.ts'

/** Where a person works, as the record names it. */
export const postsOf = async (sql: Query, people: readonly string[]): Promise<Map<string, Handler & By>> => {
  const rows = await sql<{ person: string; unit: string; name: string; unit_name: string }>(
    `select p.id as person, m.unit_id as unit, p.name, u.short_name as unit_name from directory.person p
     join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null join directory.unit u on u.id = m.unit_id
     where p.id = any($1::uuid[]) and p.status = 'active'`,
    [people],
    'workflow.posts',
  )
  return new Map(
    rows.map(({ person, unit, name, unit_name }) => [
      person,
      { person, unit, personId: person, name, unitName: unit_name },
    ]),
  )
}
export const postOf = async ({ sql }: Pick<Ctx, 'sql'>, person: string): Promise<Handler & By> => {
  const post = (await postsOf(sql, [person])).get(person)
  if (!post) throw notFound('这名人员')
  return post
}
export const named = async (ctx: Ctx, ids: readonly string[]): Promise<Handler[]> => {
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
export const choicesOf = async (
  ctx: Ctx,
  choices: Record<string, string[]> = {},
): Promise<Record<string, Handler[]>> => {
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
      const { next, choices, formRevision: _, ...rest } = act
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

/** What a process keeps of what is filled in without a form stays small. */
const MOST_VALUES = 65_536

/** Only what the step lets one write is written, and what it requires is there: the page is not the guard. */
const checkFields = ({ definition, state }: Instance, act: Act): void => {
  if (act.do !== 'complete') return
  const node = definition.graph.nodes[findSlotIn(state as State, act.slot)?.token.node ?? '']
  const fields = new Map(Object.entries(node?.user?.fields ?? {}))
  if (JSON.stringify(act.values ?? {}).length > MOST_VALUES) throw invalid('填写的内容太长，最多 64 kB。')
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

interface Asked {
  id: string
  act: Act
  opinion?: string
  extras?: OpinionExtras
}

/** Whoever holds a place in it, or started it, is known from the case itself; anybody else must stand in its history. */
const checkReach = async (ctx: Ctx, { id, state }: Instance): Promise<void> => {
  const me = ctx.actor.personId
  const { starter, tokens } = state as State
  const within = Object.values(tokens).some(({ step }) => step?.slots.some(({ person }) => person === me))
  if (starter.person !== me && !within) await checkReadable(ctx, id)
}

const decideAct = async (
  ctx: Ctx,
  instance: Instance | undefined,
  by: (Handler & By) | undefined,
  { id, act, opinion, extras }: Asked,
): Promise<Advance> => {
  if (!instance) throw notFound('这件事')
  await checkReach(ctx, instance)
  if (!by) throw notFound('这名人员')
  if (act.do === 'urge' && instance.state?.starter.person !== by.person) throw forbidden('只有发起人可以催办。')
  // A hand may have written it: that is seen when the draft is taken.
  if (!extras?.draftId) checkOpinion(instance, act, opinion)
  if (!instance.recordId) checkFields(instance, act)
  const owner = await ownerOf(ctx, instance, act)
  const form = await completeForm(ctx, instance, by, act)
  // Of a form the process learns what its graph reads, and nothing else.
  const told = form ? { ...act, values: form.plain(instance.definition.graph.reads) } : withoutForm(instance, act)
  const command = await commandOf(ctx, instance, { person: by.person, unit: by.unit }, told as Act)
  ctx.audit({ type: 'instance', id, label: instance.title })
  const made = await decide(ctx, instance, command, { by, owner, opinion }, form)
  return extras ? keepOpinion(ctx, made, act, extras) : made
}

const withoutForm = ({ recordId }: Instance, act: Act): Act =>
  recordId && act.do === 'complete' ? { ...act, values: undefined } : act

/** Only once the rules allow the act: what goes with its opinion is written here. */
const keepOpinion = async (ctx: Ctx, made: Advance, act: Act, extras: OpinionExtras): Promise<Advance> => {
  const { next, said } = made
  const text = said.opinion ?? ''
  const { id: reference, title } = next
  const matter = next.definition.name
  const kept = await opinionOf(
    ctx,
    { text, ...extras },
    { source: SOURCE.source, reference, matter, title, url: `/cases/${reference}` },
  )
  if (!text && !kept?.handwritten) checkOpinion(made.before, act)
  if (!kept) return made
  return { ...made, said: { ...said, kept: { id: kept.id, mentions: kept.mentions.map(({ personId }) => personId) } } }
}

/** A fault of the database ends the transaction for all; only what the rules refuse is one's own. */
const refusalsOf = <T>(results: PromiseSettledResult<T>[]): void => {
  for (const result of results)
    if (result.status === 'rejected' && !(result.reason instanceof AppError)) throw result.reason
}

/** Commands on different instances in one transaction: what is refused writes nothing, the rest is written together. */
export const actTogether = async (items: Flushed<Asked>[]): Promise<PromiseSettledResult<Acted>[]> => {
  const { sql } = (items[0] as Flushed<Asked>).ctx
  const [instances, posts] = await Promise.all([
    lockInstances(
      sql,
      items.map(({ input }) => input.id),
    ),
    postsOf(
      sql,
      items.map(({ ctx }) => ctx.actor.personId),
    ),
  ])
  const decided = await Promise.allSettled(
    items.map(({ ctx, input }) => decideAct(ctx, instances.get(input.id), posts.get(ctx.actor.personId), input)),
  )
  refusalsOf(decided)
  await record(decided.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])))
  return decided.map((one) =>
    one.status === 'fulfilled'
      ? {
          status: 'fulfilled',
          value: { id: one.value.next.id, rev: one.value.next.rev, status: one.value.next.state.status },
        }
      : one,
  )
}

/** Shares transactions with what arrives at the same time; commands on one instance follow one another. */
export const act = flushed(
  ({ id }: Asked) => id,
  actTogether,
  ({ extras }) => extras !== undefined,
)
