import type { ParsedOf } from '#kernel/contract'
import { randomToken, sha256 } from '#kernel/crypto'
import { notFound, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Handlers } from '#kernel/module'
import type { ScimClient, scimApi } from '../contract/scim.ts'

type Api = typeof scimApi
const SELECT = `select c.id, c.title, jsonb_build_object('id', u.id, 'name', u.name, 'shortName', u.short_name) as unit, c.enabled,
    c.reads_protected as "readsProtected", c.last_used_at as "lastUsedAt", c.created_at as "createdAt"
  from directory.scim_client c join directory.unit u on u.id = c.unit_id`
type Row = Omit<ScimClient, 'lastUsedAt' | 'createdAt'> & { lastUsedAt: Date | null; createdAt: Date }
const present = (row: Row): ScimClient => ({
  ...row,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
})
const read = async (ctx: Ctx, id: string): Promise<ScimClient> => {
  const client = present(await ctx.sql<Row>(`${SELECT} where c.id = $1`, [id]).then(one('这个客户端')))
  ctx.audit({
    type: 'scim-client',
    id,
    label: client.title,
    detail: { after: { unit: client.unit.name, enabled: client.enabled, readsProtected: client.readsProtected } },
  })
  return client
}

const scimClients = async (ctx: Ctx) => {
  const scope = ctx.scopeText('c.unit_id', 1)
  const rows = await ctx.sql<Row>(`${SELECT} where ${scope.text} order by c.id`, scope.params)
  return { rows: rows.map(present) }
}

const createScimClient = async (ctx: Ctx, { title, unitId, readsProtected }: ParsedOf<Api['createScimClient']>) => {
  const [id, token] = [newId(), randomToken(32)]
  const scope = ctx.scopeText('u.id', 8)
  const made = await ctx.sql(
    `insert into directory.scim_client (id, title, token_hash, unit_id, created_by, created_at, reads_protected)
     select $1, $2, $3, u.id, $5, $6, $7 from directory.unit u where u.id = $4 and u.valid_to is null and ${scope.text} returning 1`,
    [id, title, sha256(token), unitId, ctx.actor.personId || null, ctx.now, readsProtected, ...scope.params],
  )
  if (made.length === 0) throw notFound('这个单位')
  return { client: await read(ctx, id), token }
}

const enableScimClient = async (ctx: Ctx, { id, enabled }: ParsedOf<Api['enableScimClient']>) => {
  const scope = ctx.scopeText('unit_id', 3)
  const rows = await ctx.sql(
    `update directory.scim_client set enabled = $2 where id = $1 and ${scope.text} returning 1`,
    [id, enabled, ...scope.params],
  )
  if (rows.length === 0) throw notFound('这个客户端')
  return read(ctx, id)
}

export const scimHandlers: Handlers<typeof scimApi> = { scimClients, createScimClient, enableScimClient }
