import { AppError } from '#kernel/errors'
import { newId } from '#kernel/ids'
import { on, type SystemCtx } from '#kernel/module'
import { sendReading } from '#platform/tasks'
import { effectAsked, instanceEnded } from '../contract.ts'
import { waiterOf } from '../engine/open.ts'
import type { Command, Effect, Handler, Json, State, Values } from '../engine/state.ts'
import { advance, keyOf, SOURCE } from './advance.ts'
import { askCall } from './calls.ts'
import { type Instance, lockInstance } from './decide.ts'
import { definitionByKey } from './definitions.ts'
import { envOf } from './env.ts'
import { compile } from './expressions.ts'
import { leaderOver } from './people.ts'
import { callOf, serviceOf } from './services.ts'

type Asked = Exclude<Effect, { do: 'copy' }> | { do: 'end-child'; token: string } | { do: 'give'; command: Command }
type Of<D extends Asked['do']> = Extract<Asked, { do: D }>

/** The command unless it comes too late: what was cancelled meanwhile is no fault of anybody. */
const give = async (ctx: SystemCtx, id: string, command: Command): Promise<void> => {
  const instance = await lockInstance(ctx, id)
  try {
    await advance(ctx, instance, command)
  } catch (error) {
    if (error instanceof AppError && TOO_LATE.includes(error.code)) return
    throw error
  }
}
const TOO_LATE = ['gone', 'late', 'ended', 'not-waiting']

const startChild = async (
  ctx: SystemCtx,
  instanceId: string,
  { token, process, input }: Of<'start-child'>,
): Promise<void> => {
  const parent = await lockInstance(ctx, instanceId)
  if (!parent.state?.tokens[token]) return
  const [there] = await ctx.sql('select 1 from workflow.instance where parent_id = $1 and parent_token = $2', [
    instanceId,
    token,
  ])
  if (there) return
  const by = await branchStarter(ctx, parent.state.starter, input)
  const definition = await definitionByKey(ctx.sql, process, by.unit)
  const child: Instance = {
    id: newId(),
    definition,
    title: parent.title,
    urgency: parent.urgency,
    rev: 0,
    state: null,
    parentId: instanceId,
    parentToken: token,
  }
  await advance(ctx, child, { do: 'start', by, values: input })
  const { node, run } = parent.state.tokens[token]
  await ctx.sql('update workflow.instance set parent_node = $2, parent_run = $3 where id = $1', [
    child.id,
    node,
    run ?? null,
  ])
}
/** 联办: a branch that is given a `办理单位` runs in that unit, with its people and under its administrator; the applicant stays who it is. */
const branchStarter = async (ctx: SystemCtx, starter: Handler, { 办理单位: unit }: Values): Promise<Handler> => {
  if (typeof unit !== 'string') return starter
  const [found] = await ctx.sql<{ id: string }>(
    'select id from directory.unit where id::text = $1 and valid_to is null',
    [unit],
    'workflow.branch.unit',
  )
  return found ? { ...starter, unit: found.id } : starter
}

const endChild = async (ctx: SystemCtx, instanceId: string, { token }: Of<'end-child'>): Promise<void> => {
  const rows = await ctx.sql<{ id: string }>(
    "select id from workflow.instance where parent_id = $1 and parent_token = $2 and status in ('running', 'suspended')",
    [instanceId, token],
  )
  for (const { id } of rows) await give(ctx, id, { do: 'terminate', by: 'system' })
}

/** A message reaches whoever waits for its name with this value, or with none; each instance in a transaction of its own. */
const deliver = async (
  ctx: SystemCtx,
  kind: 'message' | 'signal',
  name: string,
  key: Json,
  values: Values,
): Promise<void> => {
  const rows = await ctx.sql<{ instance_id: string; waiter: string }>(
    `select instance_id, waiter from workflow.subscription where kind = $1 and name = $2 and ($1 = 'signal' or key is null or key is not distinct from $3)`,
    [kind, name, keyOf(key)],
  )
  const tell = (instanceId: string, command: Json): void =>
    ctx.emit(effectAsked, { instanceId, effect: { do: 'give', command } })
  if (kind === 'message')
    for (const { instance_id, waiter } of rows) tell(instance_id, { do: 'message', ...waiterOf(waiter), values })
  else for (const id of new Set(rows.map((row) => row.instance_id))) tell(id, { do: 'signal', name, values })
}

const invoke = async (
  ctx: SystemCtx,
  instanceId: string,
  { token, attempt, handler, input }: Of<'invoke'>,
): Promise<void> => {
  const { definition, state } = await lockInstance(ctx, instanceId)
  const standing = state?.tokens[token]
  if (standing?.attempt !== attempt) return
  if (callOf(handler)) {
    await askCall(ctx, { instanceId, token, attempt, handler, input })
    return
  }
  const service = serviceOf(handler)
  const retries = definition.graph.nodes[standing.node]?.service?.retries ?? 0
  const fault = (code: string, message: string, final: boolean): Command => ({
    do: 'fault',
    token,
    attempt,
    code,
    message,
    final,
  })
  if (!service)
    return give(ctx, instanceId, fault('no-service', `没有名为「${handler}」的服务。请联系系统管理员。`, true))
  await ctx.sql('savepoint service')
  try {
    const values = await service(ctx, { instanceId, token, attempt, input })
    await ctx.sql('release savepoint service')
    await give(ctx, instanceId, { do: 'answer', token, attempt, values })
  } catch (error) {
    await ctx.sql('rollback to savepoint service')
    const { code, message } =
      error instanceof AppError ? error : { code: 'failed', message: '服务没有成功，请稍后重试或联系系统管理员。' }
    ctx.kernel.log.warn({ error, handler, instanceId }, 'a service step failed')
    await give(ctx, instanceId, fault(code, message, attempt > retries))
  }
}

/** 催办, and 超期抄送: to whom it comes, it comes as something to read. */
const remind = async (
  ctx: SystemCtx,
  { id, definition, title }: Instance,
  people: readonly Handler[],
  what: '催办' | '超期',
  from?: string,
): Promise<void> => {
  const [by] = from ? await ctx.sql<{ name: string }>('select name from directory.person where id = $1', [from]) : []
  const send = ({ person }: Handler): Promise<unknown> =>
    sendReading(ctx, SOURCE, {
      personId: person,
      externalId: `${id}/${newId()}`,
      matter: definition.name,
      title: `${what}：${title}`,
      url: `/cases/${id}`,
      fromName: by?.name,
    })
  await Promise.all(people.map(send))
}
const holding = ({ state }: Instance, slots: readonly string[]): Handler[] =>
  Object.values(state?.tokens ?? {})
    .flatMap(({ step }) => step?.slots ?? [])
    .filter(({ id }) => slots.includes(id))

const urge = async (ctx: SystemCtx, instanceId: string, { slots, from }: Of<'urge'>): Promise<void> => {
  const instance = await lockInstance(ctx, instanceId)
  await remind(ctx, instance, holding(instance, slots), '催办', from)
}
const copyLeader = async (ctx: SystemCtx, instanceId: string, { slots }: Of<'copy-leader'>): Promise<void> => {
  const instance = await lockInstance(ctx, instanceId)
  const { graph } = instance.definition
  const env = envOf(graph, ctx.now.getTime(), compile)
  const scene = { sql: ctx.sql, now: ctx.now, state: instance.state as State, env }
  await remind(ctx, instance, await leaderOver(scene, holding(instance, slots)), '超期')
}

const perform = async (ctx: SystemCtx, instanceId: string, effect: Asked): Promise<void> => {
  switch (effect.do) {
    case 'start-child':
      return startChild(ctx, instanceId, effect)
    case 'end-child':
      return endChild(ctx, instanceId, effect)
    case 'send':
      return deliver(ctx, 'message', effect.name, effect.key, effect.payload)
    case 'signal':
      return deliver(ctx, 'signal', effect.name, null, effect.payload)
    case 'invoke':
      return invoke(ctx, instanceId, effect)
    case 'give':
      return give(ctx, instanceId, effect.command)
    case 'urge':
      return urge(ctx, instanceId, effect)
    case 'copy-leader':
      return copyLeader(ctx, instanceId, effect)
    case 'incident':
      ctx.kernel.log.warn({ instanceId, ...effect }, 'a process stopped')
  }
}

export const consumers = [
  on(effectAsked, 'workflow.perform', (ctx, { instanceId, effect }) =>
    perform(ctx, instanceId, effect as unknown as Asked),
  ),
  on(
    instanceEnded,
    'workflow.tell-parent',
    async (ctx, { parentId, parentToken, values }) => {
      if (parentId && parentToken)
        await give(ctx, parentId, { do: 'child-done', token: parentToken, values: values as Values })
    },
    { when: ({ parentId, status }) => parentId !== null && status === 'completed' },
  ),
]
