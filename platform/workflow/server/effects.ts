import { AppError } from '#kernel/errors'
import { newId } from '#kernel/ids'
import { on, type SystemCtx } from '#kernel/module'
import { effectAsked, instanceAdvanced, instanceEnded } from '../contract.ts'
import { waiterOf } from '../engine/open.ts'
import type { Command, Effect, Json, State, Values } from '../engine/state.ts'
import { advance, type Instance, keyOf, lockInstance } from './advance.ts'
import { definitionByKey } from './definitions.ts'

/** What a service step calls; runs at least once, so it must bear being called again with the same number. */
type ServiceHandler = (
  ctx: SystemCtx,
  call: { instanceId: string; token: string; attempt: number; input: Values },
) => Promise<Values>
const services = new Map<string, ServiceHandler>()
/** A module offers a service step under a name; definitions name it in `qt:service`. */
export const registerService = (name: string, handler: ServiceHandler): void => {
  services.set(name, handler)
}

type Asked = Exclude<Effect, { do: 'copy' }> | { do: 'end-child'; token: string }
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
  const definition = await definitionByKey(ctx.sql, process)
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
  await advance(ctx, child, { do: 'start', by: (parent.state as State).starter, values: input })
}

const endChild = async (ctx: SystemCtx, instanceId: string, { token }: Of<'end-child'>): Promise<void> => {
  const rows = await ctx.sql<{ id: string }>(
    "select id from workflow.instance where parent_id = $1 and parent_token = $2 and status in ('running', 'suspended')",
    [instanceId, token],
  )
  for (const { id } of rows) await give(ctx, id, { do: 'terminate', by: 'system' })
}

/** A message reaches whoever waits for its name with this value, or with none. */
const deliver = async (
  ctx: SystemCtx,
  kind: 'message' | 'signal',
  name: string,
  key: Json,
  values: Values,
): Promise<void> => {
  const rows = await ctx.sql<{ instance_id: string; waiter: string }>(
    `select instance_id, waiter from workflow.subscription where kind = $1 and name = $2 and ($1 = 'signal' or key is null or key is not distinct from $3)
     order by instance_id, waiter`,
    [kind, name, keyOf(key)],
  )
  const told = new Set<string>()
  for (const { instance_id: id, waiter } of rows) {
    if (kind === 'message') await give(ctx, id, { do: 'message', ...waiterOf(waiter), values })
    else if (!told.has(id)) await give(ctx, id, { do: 'signal', name, values })
    told.add(id)
  }
}

const invoke = async (
  ctx: SystemCtx,
  instanceId: string,
  { token, attempt, handler, input }: Of<'invoke'>,
): Promise<void> => {
  const { definition, state } = await lockInstance(ctx, instanceId)
  const standing = state?.tokens[token]
  if (standing?.attempt !== attempt) return
  const service = services.get(handler)
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

const urge = async (ctx: SystemCtx, instanceId: string, { slots }: Of<'urge'>): Promise<void> => {
  const { state } = await lockInstance(ctx, instanceId)
  const people = Object.values(state?.tokens ?? {})
    .flatMap(({ step }) => step?.slots ?? [])
    .filter(({ id }) => slots.includes(id))
  for (const { person } of people) ctx.kernel.realtime.toPerson(person, 'urged')
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
    case 'urge':
    case 'copy-leader':
      return urge(ctx, instanceId, { do: 'urge', slots: effect.slots })
    case 'incident':
      ctx.kernel.log.warn({ instanceId, ...effect }, 'a process stopped')
  }
}

export const consumers = [
  on(effectAsked, 'workflow.perform', (ctx, { instanceId, effect }) =>
    perform(ctx, instanceId, effect as unknown as Asked),
  ),
  on(instanceEnded, 'workflow.tell-parent', async (ctx, { parentId, parentToken, status, values }) => {
    if (!parentId || !parentToken) return
    if (status === 'completed')
      await give(ctx, parentId, { do: 'child-done', token: parentToken, values: values as Values })
  }),
  on(instanceAdvanced, 'workflow.tell-starter', async (ctx, { instanceId }) => {
    const [row] = await ctx.sql<{ starter_id: string }>('select starter_id from workflow.instance where id = $1', [
      instanceId,
    ])
    if (row) ctx.kernel.realtime.toPerson(row.starter_id, 'cases')
  }),
]
