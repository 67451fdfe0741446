import type { Ctx } from '#kernel/module'
import type { AccessInput, Change } from '../contract.ts'

/** What the operation and the roles of an input are called on the screen. */
export type Naming = (input: AccessInput) => Change['named']

export const naming = async (ctx: Ctx): Promise<Naming> => {
  const operations = new Map(
    ctx.kernel.modules.flatMap(({ name, title, api }) =>
      Object.entries(api ?? {}).map(([endpoint, { summary }]) => [`${name}.${endpoint}`, `${title}：${summary}`]),
    ),
  )
  operations.set('kernel.realtime', '消息的实时连接')
  const roles = new Map(
    (await ctx.sql<{ name: string; title: string }>('select name, title from identity.role')).map(({ name, title }) => [
      name,
      title,
    ]),
  )
  return (input) => ({
    // an operation of a module that is no longer part of the platform keeps its code
    operation: operations.get(input.operation) ?? input.operation,
    roles: input.roles.map((role) => roles.get(role) ?? role),
  })
}
