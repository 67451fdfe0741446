import type { OutputOf } from '#kernel/contract'
import { AppError, conflict, forbidden, invalid, notFound, stale } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Kernel } from '#kernel/module'
import { type grantingApi, isReserved, type RoleProposal, type RoleRow } from '../contract/roles.ts'
import { isAdministrator } from './grants-rules.ts'
import { reachFor } from './scopes.ts'

type Api = typeof grantingApi

/** Every permission that a module declares, by its name. */
export const permissionTitles = (
  kernel: Pick<Kernel, 'modules'>,
): ReadonlyMap<string, { title: string; module: string }> =>
  new Map(
    kernel.modules.flatMap((module) =>
      (module.permissions ?? []).map(({ name, title }) => [name, { title, module: module.title }] as const),
    ),
  )

export const listRoles = async (ctx: Ctx): Promise<OutputOf<Api['roles']>> => ({
  rows: await ctx.sql<RoleRow>(
    `select r.name, r.title, r.description, case when o.id is not null then jsonb_build_object('id', o.id, 'name', o.name) end as owner, r.reach, r.builtin,
       r.delegable, r.retired_at is not null as retired, r.revision,
       coalesce((select array_agg(p.permission order by p.permission) from identity.role_permission p where p.role = r.name), '{}') as permissions,
       (select count(*)::int from identity.grant g where g.role = r.name and (g.valid_to is null or g.valid_to > $1)) as grants
     from identity.role r left join directory.unit o on o.id = r.owner_unit
     order by r.builtin desc, r.retired_at is not null, r.created_at, r.name`,
    [ctx.now],
  ),
})

export const listPermissions = async (ctx: Ctx): Promise<OutputOf<Api['permissions']>> => ({
  rows: [...permissionTitles(ctx.kernel)].map(([name, { title, module }]) => ({
    name,
    title,
    module,
    reserved: isReserved(name),
  })),
})

interface RoleRecord {
  title: string
  description: string
  owner_unit: string | null
  builtin: boolean
  delegable: boolean
  retired: boolean
  revision: number
  permissions: string[]
}
const readRole = async (ctx: Ctx, name: string): Promise<RoleRecord> => {
  const [role] = await ctx.sql<RoleRecord>(
    `select title, description, owner_unit, builtin, delegable, retired_at is not null as retired, revision,
       array(select permission from identity.role_permission p where p.role = r.name) as permissions
     from identity.role r where name = $1 for update`,
    [name],
  )
  if (!role || role.retired) throw notFound('这个角色')
  return role
}

/** A role belongs to whoever owns the unit; the built-in ones to those who reach everything. */
const requireOwner = async (ctx: Ctx, unitId: string | null, permission: string): Promise<string> => {
  if (unitId === null) {
    if (reachFor(ctx.actor, permission) !== 'all') throw forbidden('内置角色只由管理全部单位的管理员变更。')
    return ''
  }
  const scope = ctx.scopeText('u.id', 2, permission)
  const [unit] = await ctx.sql<{ name: string }>(
    `select u.name from directory.unit u where u.id = $1 and u.valid_to is null and ${scope.text}`,
    [unitId, ...scope.params],
  )
  if (!unit) throw notFound('这个单位')
  return unit.name
}

const requirePermissions = (ctx: Ctx, names: readonly string[]): void => {
  const known = permissionTitles(ctx.kernel)
  const unknown = names.filter((name) => !known.has(name))
  if (unknown.length > 0)
    throw invalid(`没有这些权限：${unknown.join('、')}。`, [{ path: 'permissions', message: '请重新选择' }])
  const reserved = names.filter(isReserved)
  if (reserved.length > 0)
    throw new AppError(400, 'reserved', `“${known.get(reserved[0]!)!.title}”是三员专有的，不能放进别的角色。`, {
      errors: [{ path: 'permissions', message: '含三员专有的权限' }],
    })
}

/** What a proposal would change, in words; throws when it cannot be. Held by the lock on the role until the command ends. */
export const checkRole = async (
  ctx: Ctx,
  proposal: RoleProposal,
  permission: string,
): Promise<{ title: string; texts: string[] }> => {
  const titles = permissionTitles(ctx.kernel)
  const say = (names: readonly string[]): string => names.map((name) => titles.get(name)?.title ?? name).join('、')
  if (proposal.change === 'create') {
    const owner = await requireOwner(ctx, proposal.ownerId, permission)
    requirePermissions(ctx, proposal.permissions)
    const whom = proposal.reach === 'unit' ? '本单位的人' : '本单位及下级的人'
    return {
      title: `新建角色“${proposal.title}”`,
      texts: [
        `${owner}所有，可授予${whom}`,
        `权限：${say(proposal.permissions) || '无'}`,
        ...(proposal.delegable ? ['单位管理员可以授予'] : []),
      ],
    }
  }
  const role = await readRole(ctx, proposal.role)
  await requireOwner(ctx, role.owner_unit, permission)
  if (isAdministrator(proposal.role)) throw conflict('三员的权限由系统规定，不能变更。')
  if (role.revision !== proposal.revision) throw stale(role.revision)
  if (proposal.change === 'retire') {
    if (role.builtin) throw conflict('内置角色不能停用。可以去掉它的权限。')
    await refuseHeld(ctx, proposal.role)
    return { title: `停用角色“${role.title}”`, texts: ['停用后不能再授予'] }
  }
  requirePermissions(ctx, proposal.permissions)
  const added = proposal.permissions.filter((name) => !role.permissions.includes(name))
  const removed = role.permissions.filter((name) => !proposal.permissions.includes(name))
  const texts = [
    ...(proposal.title === role.title ? [] : [`改名为“${proposal.title}”`]),
    ...(added.length > 0 ? [`加入权限：${say(added)}`] : []),
    ...(removed.length > 0 ? [`去掉权限：${say(removed)}`] : []),
    ...(proposal.delegable === role.delegable
      ? []
      : [proposal.delegable ? '单位管理员可以授予' : '单位管理员不再能授予']),
    ...(proposal.description === role.description ? [] : ['修改说明']),
  ]
  if (texts.length === 0) throw invalid('没有改动。')
  return { title: `变更角色“${role.title}”`, texts }
}

const refuseHeld = async (ctx: Ctx, role: string): Promise<void> => {
  const [held] = await ctx.sql<{ n: number }>(
    'select count(*)::int as n from identity.grant where role = $1 and (valid_to is null or valid_to > $2)',
    [role, ctx.now],
  )
  if (held!.n > 0) throw conflict(`还有 ${held!.n} 项授权使用这个角色。请先撤销这些授权。`)
}

/** Does what was approved, judged anew; answers its title. */
export const applyRole = async (ctx: Ctx, proposal: RoleProposal): Promise<string> => {
  const { title } = await checkRole(ctx, proposal, 'grant:approve')
  if (proposal.change === 'retire') {
    await ctx.sql(
      'update identity.role set retired_at = $2, updated_at = $2, revision = revision + 1 where name = $1',
      [proposal.role, ctx.now],
    )
    return title
  }
  const name = proposal.change === 'create' ? `r-${newId()}` : proposal.role
  const content = [name, proposal.title, proposal.description, proposal.delegable, ctx.now]
  if (proposal.change === 'create')
    await ctx.sql(
      `insert into identity.role (name, title, description, delegable, created_at, updated_at, owner_unit, reach) values ($1, $2, $3, $4, $5, $5, $6, $7)`,
      [...content, proposal.ownerId, proposal.reach],
    )
  else
    await ctx.sql(
      'update identity.role set title = $2, description = $3, delegable = $4, updated_at = $5, revision = revision + 1 where name = $1',
      content,
    )
  await ctx.sql('delete from identity.role_permission where role = $1 and permission <> all($2::text[])', [
    name,
    proposal.permissions,
  ])
  await ctx.sql(
    'insert into identity.role_permission (role, permission) select $1, unnest($2::text[]) on conflict do nothing',
    [name, proposal.permissions],
  )
  return title
}
