import { newId } from '#kernel/ids'
import type { Seed, SystemCtx } from '#kernel/module'
import { judge, LocalElements } from '../contract.ts'
import { makeBundleForms } from './bundle-form.ts'
import { demoBundles } from './demo/bundles.ts'
import { citizenMatters } from './demo/citizens.ts'
import { heldData } from './demo/held.ts'
import { internalMatters } from './demo/internal.ts'
import { type DemoMatter, elementsOf } from './demo/model.ts'
import { officeMatters } from './demo/office.ts'
import { publicMatters } from './demo/public.ts'
import { regulatoryMatters } from './demo/regulatory.ts'
import { heldMaterials } from './held.ts'
import { placeOf } from './places.ts'
import { publishProcesses } from './processes/index.ts'
import { putOut } from './publish.ts'
import { recountAll } from './tally.ts'

interface Body {
  id: string
  name: string
  functionId: string
  phone: string | null
  address: string | null
}
/** Bodies of a line of work with the function a matter hangs on: of the province, of the demo's city, of its two counties. */
const bodies = ({ sql }: SystemCtx, line: string, level: number, fn: string): Promise<Body[]> =>
  sql<Body>(
    `select distinct on (u.no) u.id, u.name, f.id as "functionId", u.phone, u.address from directory.unit u
     join directory.unit c on c.no = u.county_no join directory.unit y on y.no = u.city_no
     join lateral (select f.id, f.content from directory.statutory_function f where f.unit_id = u.id and f.valid_to is null
       order by (strpos(f.content, $3) > 0) desc, f.sort limit 1) f on true
     where u.line = $1 and u.level = $2 and u.no = u.org_no and u.valid_to is null and u.kind not in ('region', 'group', 'division')
       and ($2 = 1 or y.name = '滨州市') and ($2 < 3 or c.name in ('博兴县', '邹平市')) order by u.no limit 12`,
    [line, level, fn],
  )

/** A small demo has few bodies of the province: then the city keeps the catalogue of that line. */
const keeper = async (ctx: SystemCtx, line: string, fn: string): Promise<Body | undefined> => {
  for (const level of [1, 2]) {
    const [body] = await bodies(ctx, line, level, fn)
    if (body) return body
  }
  return undefined
}

/** Bodies of 博兴县 that do a matter for their own people. */
const offices = ({ sql }: SystemCtx): Promise<Body[]> =>
  sql<Body>(
    `select u.id, u.name, f.id as "functionId", u.phone, u.address from directory.unit u join directory.unit c on c.no = u.county_no
     join lateral (select f.id from directory.statutory_function f where f.unit_id = u.id and f.valid_to is null order by f.sort limit 1) f on true
     where c.name = '博兴县' and u.level = 3 and u.no = u.org_no and u.valid_to is null
       and u.line in ('政务', '水利', '财政', '交通运输', '卫生健康', '民政', '大数据') order by u.no limit 12`,
  )

interface Written {
  id: string
  completeness: number
}
const write = async (
  ctx: SystemCtx,
  demo: DemoMatter,
  body: Body,
  basic: { id: string } | undefined,
  elements: unknown,
): Promise<Written> => {
  const { sql, now } = ctx
  const place = await placeOf(sql, body.id)
  const [id, versionId] = [newId(), newId()]
  const layer = basic ? 'implementing' : 'basic'
  const held = basic ? [] : await heldMaterials(ctx, elementsOf(demo).materials)
  const { completeness } = judge({
    kind: demo.kind,
    layer,
    functionId: body.functionId,
    elements: elementsOf(demo),
    local: basic ? LocalElements.parse(elements) : null,
    held,
  })
  await sql(
    `insert into matters.matter (id, layer, kind, type, name, unit_id, unit_no, county_no, city_no, level, basic_id, parent_id, function_id, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)`,
    [
      id,
      layer,
      demo.kind,
      demo.type,
      demo.name,
      body.id,
      place.no,
      place.countyNo,
      place.cityNo,
      place.level,
      basic?.id ?? id,
      basic?.id ?? null,
      body.functionId,
      now,
    ],
  )
  await sql(
    `insert into matters.version (id, matter_id, no, purpose, state, name, function_id, elements, completeness, submitted_at, created_at, updated_at, unit_id)
     values ($1, $2, 1, 'edit', 'approved', $3, $4, $5, $6, $7, $7, $7, $8)`,
    [versionId, id, demo.name, body.functionId, JSON.stringify(elements), completeness, now, body.id],
  )
  await putOut(ctx, {
    id: versionId,
    matterId: id,
    no: 1,
    purpose: 'edit',
    name: demo.name,
    functionId: body.functionId,
    elements,
    completeness,
  })
  return { id, completeness }
}

const localOf = (body: Body): LocalElements =>
  LocalElements.parse({
    address: body.address ?? `${body.name}一楼办事窗口`,
    hours: '工作日 8:30—12:00，13:30—17:30',
    phone: body.phone ?? '0543-00012345',
    supervisionPhone: '12345',
  })

const claimants = async (ctx: SystemCtx, demo: DemoMatter): Promise<Body[]> => {
  if (demo.claimed === 'nobody') return []
  if (demo.claimed === 'all-offices') return offices(ctx)
  const found: Body[] = []
  for (const level of demo.levels.filter((one) => one <= 3))
    found.push(...(await bodies(ctx, demo.line, level, demo.function)))
  return found
}

const writeHeld = async (ctx: SystemCtx): Promise<void> => {
  for (const [name, form, line, names, basis] of heldData) {
    const holder = await keeper(ctx, line, '')
    if (holder)
      await ctx.sql(
        'insert into matters.held_datum (id, name, form, names, holder_id, basis, created_at) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing',
        [newId(), name, form, names, holder.id, basis, ctx.now],
      )
  }
}

export const seed = async ({ run, progress }: Seed): Promise<void> => {
  await run(publishProcesses)
  await run(writeHeld)
  const all = [...internalMatters, ...officeMatters, ...publicMatters, ...citizenMatters, ...regulatoryMatters]
  for (const [at, demo] of all.entries()) {
    await run(async (ctx) => {
      const owner = await keeper(ctx, demo.line, demo.function)
      if (!owner) return
      const basic = await write(ctx, demo, owner, undefined, elementsOf(demo))
      for (const body of await claimants(ctx, demo)) await write(ctx, demo, body, basic, localOf(body))
    })
    progress('事项', at + 1, all.length)
  }
  await run(writeBundles)
  await run(({ sql }) => recountAll(sql))
}

/** 一件事, each matter by its name; one that the demo province does not have is left out. */
const writeBundles = async (ctx: SystemCtx): Promise<void> => {
  const { sql } = ctx
  for (const [sort, bundle] of demoBundles.entries()) {
    const id = newId()
    await sql('insert into matters.bundle (id, key, name, summary, life, sort) values ($1, $2, $3, $4, $5, $6)', [
      id,
      bundle.key,
      bundle.name,
      bundle.summary,
      bundle.life,
      sort,
    ])
    await sql(
      `insert into matters.bundle_item (bundle_id, basic_id, sort)
       select $1, m.id, t.sort from unnest($2::text[]) with ordinality t (name, sort) join matters.matter m on m.layer = 'basic' and m.name = t.name`,
      [id, bundle.matters],
    )
  }
  await makeBundleForms(ctx, null)
}
