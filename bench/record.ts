import type { Actor } from '#kernel/actor'
import type { Ctx, Handler, Kernel } from '#kernel/module'

interface Statement {
  name?: string
  text: string
  params: unknown[]
}
/** What one call asked of the database: statements that went together stand in one wave. */
export type Recorded = Statement[][]

/** Runs a handler of the platform and writes down its SQL, so that the reference runs exactly that. */
export const record = async <E>(
  kernel: Kernel,
  actor: Actor,
  handler: Handler<E>,
  input: unknown,
  /** of its endpoint: what a scope is asked of where the handler names none */
  own = '',
): Promise<Recorded> => {
  const waves: Recorded = []
  let running = 0
  const sql: Ctx['sql'] = async (text, params, name) => {
    if (running === 0) waves.push([])
    waves.at(-1)!.push({ name, text, params: [...(params ?? [])] })
    running++
    try {
      return await kernel.database.query(text, params, name)
    } finally {
      running--
    }
  }
  const ctx = {
    kernel,
    actor,
    sql,
    now: kernel.clock.now(),
    can: (permission: string) => actor.permissions.has(permission),
    scopeText: (column: string, from: number, permission = own) =>
      kernel.ports.scope!(actor, permission).text(column, from),
  } as unknown as Ctx
  await handler(ctx, input as never, undefined as never)
  return waves
}
