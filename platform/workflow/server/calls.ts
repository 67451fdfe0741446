import { AppError } from '#kernel/errors'
import type { Job, Kernel, SystemCtx } from '#kernel/module'
import { asSystem } from '#kernel/system'
import type { Command, Values } from '../engine/state.ts'
import { advance } from './advance.ts'
import { lockInstance } from './decide.ts'
import { callOf } from './services.ts'

const LEASE_SECONDS = 300
const BATCH = 20
const TOO_LATE = ['gone', 'late', 'ended', 'not-found']

interface Call {
  instanceId: string
  token: string
  attempt: number
  handler: string
  input: Values
}
/** The call is written down with the command that asked for it; whoever leases it makes it, with nothing locked meanwhile. */
export const askCall = async (ctx: SystemCtx, { instanceId, token, attempt, handler, input }: Call): Promise<void> => {
  await ctx.sql(
    'insert into workflow.call (instance_id, token, attempt, handler, input, asked_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing',
    [instanceId, token, attempt, handler, JSON.stringify(input), ctx.now],
  )
  // Soon after the commit; should this process die before, the job of the minute finds it.
  setTimeout(() => {
    runCalls(ctx.kernel).catch((error) => ctx.kernel.log.error({ error }, 'calls failed'))
  }, 200).unref()
}

const lease = (kernel: Kernel): Promise<Call[]> =>
  kernel.database.query<Call>(
    `update workflow.call c set leased_until = $1::timestamptz + make_interval(secs => ${LEASE_SECONDS})
     from (select instance_id, token, attempt from workflow.call where leased_until is null or leased_until < $1
           order by asked_at limit ${BATCH} for update skip locked) due
     where c.instance_id = due.instance_id and c.token = due.token and c.attempt = due.attempt
     returning c.instance_id as "instanceId", c.token, c.attempt, c.handler, c.input`,
    [kernel.clock.now()],
    'workflow.calls',
  )

const make = async (kernel: Kernel, call: Call): Promise<Command> => {
  const { instanceId, token, attempt, handler, input } = call
  const made = callOf(handler)
  const failed = (code: string, message: string, final: boolean): Command => ({
    do: 'fault',
    token,
    attempt,
    code,
    message,
    final,
  })
  if (!made) return failed('no-service', `没有名为「${handler}」的服务。请联系系统管理员。`, true)
  try {
    return { do: 'answer', token, attempt, values: await made(kernel, { instanceId, token, attempt, input }) }
  } catch (error) {
    kernel.log.warn({ error, handler, instanceId }, 'a call of a service step failed')
    const { code, message } =
      error instanceof AppError ? error : { code: 'failed', message: '服务没有成功，请稍后重试或联系系统管理员。' }
    return failed(code, message, false)
  }
}

/** The answer is one short command, together with the end of the call. */
const settle = (kernel: Kernel, { instanceId, token, attempt }: Call, command: Command): Promise<void> =>
  asSystem(kernel, async (ctx) => {
    await ctx.sql('delete from workflow.call where instance_id = $1 and token = $2 and attempt = $3', [
      instanceId,
      token,
      attempt,
    ])
    const instance = await lockInstance(ctx, instanceId)
    const retries = instance.definition.graph.nodes[instance.state?.tokens[token]?.node ?? '']?.service?.retries ?? 0
    const given = command.do === 'fault' ? { ...command, final: command.final || attempt > retries } : command
    await advance(ctx, instance, given).catch((error) => {
      if (!(error instanceof AppError) || !TOO_LATE.includes(error.code)) throw error
    })
  })

export const runCalls = async (kernel: Kernel): Promise<void> => {
  for (;;) {
    const due = await lease(kernel)
    await Promise.all(due.map(async (call) => settle(kernel, call, await make(kernel, call))))
    if (due.length < BATCH) return
  }
}
export const callJobs: readonly Job[] = [{ name: 'workflow.calls', everyMinutes: 1, runLong: runCalls }]
