import { AppError, invalid } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { EVERYTHING, evaluate, type RecordKeeper, type Reference } from '#platform/forms'
import type { Json } from '#platform/forms/contract'
import type { Rollup } from '../contract.ts'
import { encode } from '../core/codec.ts'
import { isFiltered } from '../core/derive.ts'
import { isShown } from '../core/grants.ts'
import { keepApart } from './apart.ts'
import { accessOf, grantsOf, heldRow, heldSql, params, showing } from './held.ts'
import { decoded, labelOf, selectCells } from './list.ts'
import { entityOfForm, type LiveEntity } from './live.ts'

/** Keeps the records of entities in their own tables: what platform/forms checked and works out, here it is rows. */

type Tx = Parameters<RecordKeeper['insert']>[0]
type Raw = Record<string, unknown>

const cellsOf = (
  { fields }: LiveEntity,
  data: Readonly<Record<string, Json>>,
): { names: string[]; types: string[]; values: unknown[] } => {
  const names: string[] = []
  const types: string[] = []
  const values: unknown[] = []
  for (const [key, { field, columns }] of fields) {
    const cells = encode(field, data[key] ?? null)
    for (const [at, { name, type }] of columns.entries()) {
      names.push(name)
      types.push(type)
      values.push(cells[at] ?? null)
    }
  }
  return { names, types, values }
}

const load = async (sql: Tx['sql'], live: LiveEntity, id: string, lock = ''): Promise<Raw | undefined> => {
  const [row] = await sql<Raw>(
    `select r.author_id, r.author_name, r.author_unit, r.state, r.removed_at, ${selectCells(live)} from ${live.table} r where r.id = $1 ${lock}`,
    [id],
  )
  return row
}

const UNIQUE = '23505'
/** What must not stand twice, told at its fields. */
const toldOf = (live: LiveEntity, error: unknown): unknown => {
  const { code, constraint = '' } = error as { code?: string; constraint?: string }
  if (code !== UNIQUE || !constraint.startsWith(`u_${live.no}_`)) return error
  const numbers = constraint.split('_').slice(2).map(Number)
  const found = [...live.fields.values()].filter(({ no }) => numbers.includes(no))
  const titles = found.map(({ field }) => `「${field.title}」`).join('和')
  return invalid(
    `${titles}与另一条记录相同，请核对。`,
    found.map(({ field }) => ({ path: field.key, message: '与另一条记录相同。' })),
  )
}
const guarded = async (live: LiveEntity, work: Promise<unknown>): Promise<void> => {
  try {
    await work
  } catch (error) {
    throw toldOf(live, error)
  }
}

const COUNTED = ['kept', 'running', 'done']
/** Counts a number of `parent` anew, and refuses what its rules then refuse: 额度 that would be overdrawn. */
const recount = async (tx: Tx, parent: LiveEntity, child: LiveEntity, rollup: Rollup, id: string): Promise<void> => {
  const raw = await load(tx.sql, parent, id, 'for update')
  if (!raw || raw.removed_at !== null) return
  const link = child.fields.get(rollup.through)!
  const sum = rollup.sum === undefined ? undefined : child.fields.get(rollup.sum)
  const [row] = await tx.sql<{ total: string }>(
    `select coalesce(${sum ? `sum(r.f_${sum.no})` : 'count(*)'}, 0)::text as total from ${child.table} r
     where r.f_${link.no} = $1 and r.removed_at is null and r.state = any($2::text[])`,
    [id, rollup.states ?? COUNTED],
  )
  const before = decoded(parent, raw)
  const target = parent.fields.get(rollup.field)!
  const total = row?.total ?? '0'
  const data = { ...before, [rollup.field]: target.field.type === 'money' ? Number(total).toFixed(2) : Number(total) }
  const person = { personId: String(raw.author_id), name: String(raw.author_name), unitName: String(raw.author_unit) }
  const at = { now: tx.now, person, before }
  const { values, problems } = evaluate(parent.form.definition, data, EVERYTHING, at)
  // What was wrong with it before is not what this record did.
  const old = new Set(
    evaluate(parent.form.definition, before, EVERYTHING, at).problems.map(({ path, message }) => `${path} ${message}`),
  )
  const wrong = problems.find(({ path, message }) => !old.has(`${path} ${message}`))
  if (wrong)
    throw new AppError(400, 'invalid', `${parent.entity.name}：${wrong.message}`, {
      errors: [{ path: rollup.through, message: wrong.message }],
    })
  const { names, types, values: cells } = cellsOf(parent, { ...values, [rollup.field]: data[rollup.field] ?? null })
  await tx.sql(
    `update ${parent.table} set ${names.map((name, at) => `${name} = $${at + 2}::${types[at]}`).join(', ')} where id = $1`,
    [id, ...cells],
  )
}

/** Every number that counts records of this entity, of the records it pointed to before and points to now. */
export const recountAround = async (
  tx: Tx,
  live: LiveEntity,
  ...states: Readonly<Record<string, Json>>[]
): Promise<void> => {
  for (const parent of live.app.entities.values())
    for (const rollup of parent.entity.rollups ?? []) {
      if (rollup.from !== live.entity.key) continue
      const ids = new Set(
        states.flatMap((data) => {
          const [id] = encode(live.fields.get(rollup.through)!.field, data[rollup.through] ?? null)
          return typeof id === 'string' ? [id] : []
        }),
      )
      // In one order everywhere, so that two who come from both sides do not wait for each other.
      for (const id of [...ids].sort()) await recount(tx, parent, live, rollup, id)
    }
}

const referenceOf = (
  target: LiveEntity,
  raw: Raw & { id: string },
  carries: readonly { key: string }[] | undefined,
  shown: (key: string) => boolean,
): Reference => {
  const data = decoded(target, raw)
  const name = shown(target.entity.label) ? labelOf(target, data) : target.entity.name
  if (!carries) return { id: raw.id, name }
  return {
    id: raw.id,
    name,
    with: Object.fromEntries(carries.map(({ key }) => [key, shown(key) ? (data[key] ?? null) : null])),
  }
}
const MOST_CHOICES = 30

export const keeper: RecordKeeper = {
  async current(sql, form) {
    return (await entityOfForm(sql, form)).form
  },
  async load(sql, form, id) {
    const live = await entityOfForm(sql, form)
    const raw = await load(sql, live, id)
    return raw ? decoded(live, raw) : {}
  },
  async insert(tx, form, { id, unitId, data, by }) {
    const live = await entityOfForm(tx.sql, form)
    const { names, types, values } = cellsOf(live, data)
    const cells = types.map((type, at) => `$${at + 7}::${type}`)
    await guarded(
      live,
      tx.sql(
        `insert into ${live.table} (${['id', 'unit_id', 'author_id', 'author_name', 'author_unit', 'created_at', 'updated_at', ...names].join(', ')})
         values ($1, $2, $3, $4, $5, $6, $6${cells.length > 0 ? `, ${cells.join(', ')}` : ''})`,
        [id, unitId, by.personId, by.name, by.unitName, tx.now, ...values],
      ),
    )
    await keepApart(tx, live, { id, authorId: by.personId, data })
    await recountAround(tx, live, data)
  },
  async update(tx, form, { id, data }) {
    const live = await entityOfForm(tx.sql, form)
    const before = await load(tx.sql, live, id, 'for update')
    const { names, types, values } = cellsOf(live, data)
    const cells = names.map((name, at) => `, ${name} = $${at + 3}::${types[at]}`)
    await guarded(
      live,
      tx.sql(`update ${live.table} set revision = revision + 1, updated_at = $2${cells.join('')} where id = $1`, [
        id,
        tx.now,
        ...values,
      ]),
    )
    await keepApart(tx, live, { id, authorId: String(before?.author_id ?? ''), data })
    await recountAround(tx, live, before ? decoded(live, before) : {}, data)
  },
  async access(ctx, form, id) {
    const live = await entityOfForm(ctx.sql, form)
    const row = await heldRow(ctx, live, id).catch(() => null)
    return row && accessOf(live, row)
  },
  async resolve(reader, form, { entity, carries }, ids) {
    const target = ids.length > 0 ? (await entityOfForm(reader.sql, form)).app.entities.get(entity) : undefined
    if (!target) return new Map()
    // With the eyes of whoever chooses; work without a person (a seed) sees all there is.
    const found = isCall(reader)
      ? await chosen(reader, target, carries, { ids })
      : (await byIds(reader.sql, target, ids)).map((raw) => referenceOf(target, raw, carries, () => true))
    return new Map(found.map((one) => [String(one.id), one]))
  },
  async choices(ctx, form, { entity, carries }, q) {
    const target = (await entityOfForm(ctx.sql, form)).app.entities.get(entity)
    return target ? chosen(ctx, target, carries, { q }) : []
  },
}

/** Records of an entity that the caller may see, as another names them. */
const chosen = async (
  ctx: Ctx,
  target: LiveEntity,
  carries: readonly { key: string }[] | undefined,
  { ids, q }: { ids?: readonly string[]; q?: string },
): Promise<Reference[]> => {
  const grants = q ? showing(grantsOf(ctx, target), [target.entity.label]) : grantsOf(ctx, target)
  const p = params()
  const { held, some } = heldSql(ctx, target, grants, p)
  const label = target.fields.get(target.entity.label)
  const filters = [
    ...(ids ? [`r.id = any(${p.add(ids)}::uuid[])`] : []),
    ...(q && label && isFiltered(label.field) ? [labelSql(label, `%${q.replaceAll(/[\\%_]/g, '\\$&')}%`, p)] : []),
  ]
  const rows = await ctx.sql<Raw & { id: string; held: number[] }>(
    `select r.id, ${held} as held, ${selectCells(target)} from ${target.table} r
     where ${['r.removed_at is null', some, ...filters].join(' and ')} order by r.created_at desc, r.id limit ${MOST_CHOICES}`,
    p.values,
  )
  return rows.map((raw) => referenceOf(target, raw, carries, (key) => raw.held.some((at) => isShown(grants[at]!, key))))
}
const labelSql = (
  { field, no, columns }: { field: Parameters<typeof encode>[0]; no: number; columns: { type: string }[] },
  word: string,
  p: ReturnType<typeof params>,
): string =>
  columns.length === 2 && columns[1]?.type === 'jsonb'
    ? `r.f_${no}_said ->> 'name' ilike ${p.add(word)}`
    : field.type === 'enum'
      ? enumSql(field, no, word, p)
      : `r.f_${no}::text ilike ${p.add(word)}`
/** An option is looked for by what it is called. */
const enumSql = (
  field: Parameters<typeof encode>[0],
  no: number,
  word: string,
  p: ReturnType<typeof params>,
): string => {
  const text = word.slice(1, -1).replaceAll('\\', '')
  const values =
    field.type === 'enum' ? field.options.filter(({ label }) => label.includes(text)).map(({ value }) => value) : []
  return `r.f_${no} = any(${p.add(values)}::text[])`
}

const isCall = (reader: object): reader is Ctx => 'actor' in reader
const byIds = (sql: Tx['sql'], target: LiveEntity, ids: readonly string[]) =>
  sql<Raw & { id: string }>(
    `select r.id, ${selectCells(target)} from ${target.table} r where r.id = any($1::uuid[]) and r.removed_at is null`,
    [ids],
  )
