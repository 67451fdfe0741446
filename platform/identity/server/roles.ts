import type { Kernel } from '#kernel/module'

/** Defaults that modules declare are added where they are missing; what a province took away on purpose is not in question yet. */
export const syncRoles = async (kernel: Kernel): Promise<void> => {
  const pairs = kernel.modules.flatMap((module) =>
    (module.permissions ?? []).flatMap(({ name, roles }) => roles.map((role) => [role, name] as const)),
  )
  await kernel.database.query(
    `insert into identity.role_permission (role, permission)
     select r, p from unnest($1::text[], $2::text[]) t (r, p)
     where not exists (select 1 from identity.role_permission known where known.role = r and known.permission = p)
     on conflict do nothing`,
    [pairs.map(([role]) => role), pairs.map(([, permission]) => permission)],
  )
}
