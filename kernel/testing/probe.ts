import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Actor } from '#kernel/actor'
import { defineApi, defineEvent, download, Empty, get, Id, post, upload } from '#kernel/contract'
import { conflict, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import { defineModule, type Flushed, flushed, type Handlers, type ModuleDef, on } from '#kernel/module'

/** A module that exists for the kernel's own tests: every kind of endpoint once, on one small table. */

const Thing = z.object({ id: z.uuid(), name: z.string(), count: z.number() })
export const thingMade = defineEvent('probe.thing-made', z.object({ id: z.uuid(), name: z.string() }))

export const probeApi = defineApi({
  ping: get('/api/probe/ping', {
    summary: '招呼',
    permission: 'public',
    input: z.object({ n: z.number().int().default(1), loud: z.boolean().optional() }),
    output: z.object({ n: z.number(), loud: z.boolean().optional() }),
  }),
  make: post('/api/probe/things', {
    summary: '建一件',
    permission: 'probe:write',
    input: z.object({ name: z.string().min(1).max(20), wait: z.number().optional() }),
    output: Thing,
  }),
  together: post('/api/probe/together', {
    summary: '一起建',
    permission: 'probe:write',
    input: z.object({ name: z.string().min(1).max(20), key: z.string() }),
    output: z.object({ id: z.uuid(), beside: z.number() }),
  }),
  raise: post('/api/probe/things/:id/raise', { summary: '加一', permission: 'probe:write', input: Id, output: Thing }),
  list: get('/api/probe/things', { summary: '列出', permission: 'probe:read', input: Empty, output: z.array(Thing) }),
  secret: get('/api/probe/secret', {
    summary: '敏感读取',
    permission: 'probe:read',
    audit: 'sensitive',
    input: z.object({ mobile: z.string().optional() }),
    output: Empty,
  }),
  contact: get('/api/probe/contact', {
    summary: '联系方式',
    permission: 'probe:read',
    label: 'sensitive',
    input: Empty,
    output: z.object({ name: z.string(), posts: z.array(z.object({ mobile: z.string() })) }),
  }),
  purge: post('/api/probe/purge', {
    summary: '全部清除',
    permission: 'probe:write',
    stepUp: true,
    input: Empty,
    output: Empty,
  }),
  sleep: get('/api/probe/sleep', {
    summary: '慢查询',
    permission: 'public',
    input: z.object({ ms: z.number() }),
    output: Empty,
    timeoutMs: 300,
  }),
  nap: get('/api/probe/nap', {
    summary: '办得慢',
    permission: 'public',
    input: z.object({ ms: z.number() }),
    output: z.object({ done: z.boolean() }),
  }),
  limited: get('/api/probe/limited', {
    summary: '限次',
    permission: 'public',
    input: Empty,
    output: Empty,
    limit: { max: 2, seconds: 60 },
  }),
  crash: get('/api/probe/crash', { summary: '出错', permission: 'public', input: Empty, output: Empty }),
  save: upload('/api/probe/files', {
    summary: '上传',
    permission: 'probe:write',
    input: Empty,
    output: z.object({ id: z.string(), name: z.string(), size: z.number(), mediaType: z.string() }),
    maxBytes: 64 * 1024,
  }),
  load: download('/api/probe/files/:id', {
    summary: '下载',
    permission: 'probe:read',
    input: z.object({ id: z.string() }),
  }),
})

const migration = `create schema probe;
create table probe.thing (id uuid primary key, name text not null, count integer not null default 0, mobile text);
comment on table probe.thing is '物件 [internal; 测试; 1 天]';
comment on column probe.thing.id is '标识 [internal]';
comment on column probe.thing.name is '名称 [internal]';
comment on column probe.thing.count is '次数 [internal]';
comment on column probe.thing.mobile is '手机号 [sensitive]';
create table probe.heard (id uuid primary key, times integer not null default 1);
comment on table probe.heard is '听到的 [internal; 测试; 1 天]';
comment on column probe.heard.id is '标识 [internal]';
comment on column probe.heard.times is '次数 [internal]';
create function probe.cut() returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
create constraint trigger cut after insert on probe.thing deferrable initially deferred
  for each row when (new.name = 'lost') execute function probe.cut();`

const actor = (name: string, permissions: string[]): Actor => ({
  accountId: `00000000-0000-7000-8000-00000000000${name.length}`,
  personId: `00000000-0000-7000-8000-0000000000${name.length}0`,
  name,
  unitId: '',
  sessionId: `00000000-0000-7000-8000-000000000${name.length}00`,
  roles: new Set(),
  permissions: new Set(permissions),
  subject: 'public-servant',
  assurance: 1,
  verifiedAt: new Date('2026-11-20T09:40:00+08:00'),
})
const actors: Record<string, Actor> = {
  writer: actor('writer', ['probe:write', 'probe:read']),
  reader: actor('readers', ['probe:read']),
  nobody: actor('nobody12', []),
}

/** How many things `together` was asked to make, by name, written or not. */
export const asked = new Map<string, number>()

/** `refused` is against the rules; `broken` fails in the database, as what nobody foresaw would; `lost` loses its connection in the COMMIT. */
const together = async (items: Flushed<{ name: string; key: string }>[]) => {
  for (const { input } of items) asked.set(input.name, (asked.get(input.name) ?? 0) + 1)
  const made = items.map(({ ctx, input }) => ({ ctx, name: input.name, id: newId() }))
  const allowed = made.filter(({ name }) => !name.startsWith('refused'))
  if (allowed.length > 0)
    await allowed[0]!.ctx.sql(
      'insert into probe.thing (id, name, count) select * from unnest($1::uuid[], $2::text[], $3::int[])',
      [
        allowed.map(({ id }) => id),
        allowed.map(({ name }) => name),
        allowed.map(({ name }) => (name.startsWith('broken') ? 'none' : items.length)),
      ],
    )
  for (const { ctx, id, name } of allowed) {
    ctx.emit(thingMade, { id, name })
    ctx.audit({ type: 'thing', id, label: name })
  }
  return made.map(
    ({ id, name }): PromiseSettledResult<{ id: string; beside: number }> =>
      name.startsWith('refused')
        ? { status: 'rejected', reason: conflict('这个名字不能用，请换一个。') }
        : { status: 'fulfilled', value: { id, beside: items.length } },
  )
}

/** The first delivery of an event named `fails-once` fails after its write: the retry must not find that write. */
const failures = new Set<string>()

const handlers: Handlers<typeof probeApi> = {
  ping: async (_ctx, input) => input,
  async make(ctx, { name, wait }) {
    if (wait) await ctx.sql('select pg_sleep($1)', [wait])
    const rows = await ctx.sql<{ id: string; name: string; count: number; mobile: string }>(
      'insert into probe.thing (id, name, mobile) values ($1, $2, $3) returning *',
      [newId(), name, '13800000000'],
    )
    const made = one('物件')(rows) as { id: string; name: string; count: number; mobile: string }
    ctx.emit(thingMade, { id: made.id, name })
    ctx.audit({ type: 'thing', id: made.id, label: name })
    if (name === 'bad') throw conflict('这个名字不能用，请换一个。')
    return made
  },
  together: flushed(({ key }) => key, together),
  raise: async (ctx, { id }) =>
    ctx
      .sql<z.infer<typeof Thing>>('update probe.thing set count = count + 1 where id = $1 returning *', [id])
      .then(one('物件')),
  list: async (ctx) =>
    (await ctx.db.execute<z.infer<typeof Thing>>(sql`select id, name, count from probe.thing order by id`)).rows,
  secret: async () => ({}),
  contact: async () => ({ name: '王小青', posts: [{ mobile: '13812342716' }] }),
  purge: async () => ({}),
  async sleep(ctx, { ms }) {
    await ctx.sql('select pg_sleep($1)', [ms / 1000])
    return {}
  },
  async nap(_ctx, { ms }) {
    await new Promise((resolve) => setTimeout(resolve, ms))
    return { done: true }
  },
  limited: async () => ({}),
  crash: async () => {
    throw new Error('internal detail that must not leave the server')
  },
  save: (ctx, _input, body) => ctx.kernel.files.put(body.stream, { name: body.name, maxBytes: body.limit }),
  async load(ctx, { id }) {
    const { file, stream } = await ctx.kernel.files.get(id)
    return { stream, ...file, inline: true }
  },
}

export const probeModule = async (text = migration): Promise<ModuleDef> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'qitong-probe-'))
  await mkdir(path.join(folder, 'server/migrations'), { recursive: true })
  await writeFile(path.join(folder, 'server/migrations/0001_init.sql'), text)
  return defineModule({
    name: 'probe',
    title: '内核自测',
    dependsOn: [],
    folder,
    api: probeApi,
    permissions: [
      { name: 'probe:read', title: '看', roles: ['clerk'] },
      { name: 'probe:write', title: '写', roles: ['clerk'] },
    ],
    events: [thingMade],
    ports: { authenticate: async (_kernel, token) => (token ? (actors[token] ?? null) : null) },
    on: [
      on(thingMade, 'probe.hear', async (ctx, event) => {
        await ctx.sql(
          'insert into probe.heard (id) values ($1) on conflict (id) do update set times = probe.heard.times + 1',
          [event.id],
        )
        if (event.name === 'fails-once' && !failures.has(event.id)) {
          failures.add(event.id)
          throw new Error('the consumer fails once')
        }
      }),
    ],
    handlers,
  })
}
