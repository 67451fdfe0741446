import type { OutputOf, ParsedOf } from '#kernel/contract'
import { readIdCursor } from '#kernel/cursors'
import { invalid, notFound, one, stale } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import type { AddressBook, AdminBook, BookEntry, booksApi, EntryInput } from '../contract/books.ts'
import { parameters } from './admin-list.ts'
import { MANAGE, requireUnits } from './admin-scope.ts'
import { ref } from './admin-units.ts'
import { spend } from './budget.ts'
import { readableMobile } from './mobile-number.ts'
import { personRow, postSeen, seen } from './sql.ts'
import { type Viewer, viewerOf, viewerParams } from './viewer.ts'

type Api = typeof booksApi

type Shown = Omit<AddressBook, 'updatedAt'> & { updatedAt: Date }
const present = ({ updatedAt, ...book }: Shown): AddressBook => ({ ...book, updatedAt: updatedAt.toISOString() })
const columns = `b.id, b.title, b.line, b.note, ${ref('o')} as "ownerUnit", b.updated_at as "updatedAt", b.revision,
  (select count(*)::int from directory.address_book_entry e where e.book_id = b.id) as entries`
const from = 'directory.address_book b join directory.unit o on o.id = b.owner_unit'

const select = async (
  ctx: Ctx,
  input: ParsedOf<Api['books']>,
  readable: (params: ReturnType<typeof parameters>) => string,
): Promise<{ rows: AddressBook[]; next: string | null }> => {
  readIdCursor(input.cursor)
  const params = parameters()
  const where = [readable(params)]
  if (input.cursor) where.push(`b.id < ${params.bind(input.cursor)}`)
  if (input.line) where.push(`b.line = ${params.bind(input.line)}`)
  if (input.q) where.push(`strpos(b.title, ${params.bind(input.q)}) > 0`)
  const rows = await ctx.sql<Shown>(
    `select ${columns} from ${from} where ${where.join(' and ')} order by b.id desc limit ${params.bind(input.limit + 1)}`,
    params.values,
  )
  const page = rows.slice(0, input.limit)
  return { rows: page.map(present), next: rows.length > input.limit ? page.at(-1)!.id : null }
}

/** Readers work in one of the subtrees, or in the unit that keeps the book. */
const audience = (viewer: Viewer, { bind }: ReturnType<typeof parameters>): string => {
  if (viewer.pre === null) return 'false'
  const pre = bind(viewer.pre)
  return `(exists (select 1 from directory.unit a where a.id = any(b.audience_units) and ${pre} between a.pre and a.pre_end)
    or ${pre} between o.pre and o.pre_end)`
}

export const books = async (ctx: Ctx, input: ParsedOf<Api['books']>): Promise<OutputOf<Api['books']>> => {
  const viewer = await viewerOf(ctx)
  return select(ctx, input, (params) => audience(viewer, params))
}

// People by their main post; the rules of visibility hold here as everywhere.
const ENTRIES = `select e.id, e.section, e.note, case when w.id is not null then jsonb_build_object('id', w.id, 'name', w.name, 'shortName', w.short_name, 'phone', w.phone) end as unit,
    case when m."personId" is not null then jsonb_build_object('id', m."personId", 'name', m.name, 'title', m.title, 'unitName', m."orgName",
      'phone', m.phone, 'masked', m.masked) end as person, m.mobile
  from directory.address_book_entry e
  left join directory.unit w on w.id = e.unit_id and w.valid_to is null and ${seen('w.guard', 'w.org_no')}
  left join lateral (select ${personRow} from directory.person x join directory.post p on p.person_id = x.id and p.valid_to is null
    join directory.unit u on u.id = p.unit_id join directory.unit o on o.no = p.org_no
    where x.id = e.person_id and x.status = 'active' and ${postSeen} order by p.kind <> 'main', p.valid_from, p.id limit 1) m on true
  where e.book_id = $7 and (w.id is not null or m."personId" is not null) order by e.sort, e.id`

interface StoredEntry extends Omit<BookEntry, 'person'> {
  person: Omit<NonNullable<BookEntry['person']>, 'mobile'> | null
  mobile: Buffer | null
}
export const book = async (ctx: Ctx, { id }: ParsedOf<Api['book']>): Promise<OutputOf<Api['book']>> => {
  const viewer = await viewerOf(ctx)
  const params = parameters()
  const readable = audience(viewer, params)
  const found = await ctx
    .sql<Shown>(`select ${columns} from ${from} where b.id = ${params.bind(id)} and ${readable}`, params.values)
    .then(one('这本通讯录'))
  const stored = await ctx.sql<StoredEntry>(ENTRIES, [...viewerParams(viewer), id])
  const rows = stored.map(({ mobile, person, ...entry }) => ({
    ...entry,
    person: person && { ...person, mobile: readableMobile(ctx.kernel, mobile, person.id) },
  }))
  await spend(ctx, { people: rows.flatMap((row) => row.person?.id ?? []) })
  return { ...present(found), entries: rows.length, rows }
}

export const adminBooks = (ctx: Ctx, input: ParsedOf<Api['adminBooks']>): Promise<OutputOf<Api['adminBooks']>> =>
  select(ctx, input, (params) => params.add((at) => ctx.scopeText('b.owner_unit', at, MANAGE)))

const LINES = `select e.id, e.section, e.note, ${ref('w')} as unit,
    case when x.id is not null then jsonb_build_object('id', x.id, 'name', x.name, 'unitName', (select u.name from directory.post p
      join directory.unit u on u.no = p.org_no where p.person_id = x.id and p.valid_to is null order by p.kind <> 'main', p.id limit 1)) end as person,
    w.valid_to is not null or coalesce(x.status <> 'active', false) as gone
  from directory.address_book_entry e left join directory.unit w on w.id = e.unit_id left join directory.person x on x.id = e.person_id
  where e.book_id = $1 order by e.sort, e.id`

const readAdmin = async (ctx: Ctx, id: string): Promise<AdminBook> => {
  const scope = ctx.scopeText('b.owner_unit', 2, MANAGE)
  const found = await ctx
    .sql<Shown & Pick<AdminBook, 'audience'>>(
      `select ${columns}, (select coalesce(jsonb_agg(${ref('a')} order by a.pre), '[]') from directory.unit a where a.id = any(b.audience_units)) as audience
       from ${from} where b.id = $1 and ${scope.text}`,
      [id, ...scope.params],
    )
    .then(one('这本通讯录'))
  const lines = await ctx.sql<AdminBook['lines'][number]>(LINES, [id])
  return { ...present(found), audience: found.audience, lines }
}
export const adminBook = (ctx: Ctx, { id }: ParsedOf<Api['adminBook']>): Promise<AdminBook> => readAdmin(ctx, id)

interface Locked {
  title: string
  revision: number
}
/** The row, held until the command ends; 404 outside the scope. */
const lock = async (ctx: Ctx, id: string, revision?: number): Promise<Locked> => {
  const scope = ctx.scopeText('b.owner_unit', 2, MANAGE)
  const row = await ctx
    .sql<Locked>(
      `select b.title, b.revision from directory.address_book b where b.id = $1 and ${scope.text} for update`,
      [id, ...scope.params],
    )
    .then(one('这本通讯录'))
  if (revision !== undefined && row.revision !== revision) throw stale(row.revision)
  return row
}

const refuseAudience = async (ctx: Ctx, ids: readonly string[]): Promise<void> => {
  const known = await ctx.sql('select 1 from directory.unit where id = any($1::uuid[]) and valid_to is null', [ids])
  if (known.length !== new Set(ids).size)
    throw invalid('读者范围里有已撤销或不存在的单位。请重新选择。', [
      { path: 'audienceUnitIds', message: '请重新选择' },
    ])
}

const answer = async (ctx: Ctx, id: string, before?: object): Promise<AdminBook> => {
  const after = await readAdmin(ctx, id)
  ctx.audit({
    type: 'address-book',
    id,
    label: after.title,
    detail: { before: before ?? null, revision: after.revision },
  })
  return after
}

export const createBook = async (ctx: Ctx, input: ParsedOf<Api['createBook']>): Promise<AdminBook> => {
  await requireUnits(ctx, input.ownerUnitId)
  await refuseAudience(ctx, input.audienceUnitIds)
  const id = newId()
  await ctx.sql(
    `insert into directory.address_book (id, owner_unit, line, title, note, audience_units, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7)`,
    [id, input.ownerUnitId, input.line || null, input.title, input.note, input.audienceUnitIds, ctx.now],
  )
  return answer(ctx, id)
}

export const updateBook = async (ctx: Ctx, input: ParsedOf<Api['updateBook']>): Promise<AdminBook> => {
  const before = await lock(ctx, input.id, input.revision)
  await requireUnits(ctx, input.ownerUnitId)
  await refuseAudience(ctx, input.audienceUnitIds)
  await ctx.sql(
    `update directory.address_book set owner_unit = $2, line = $3, title = $4, note = $5, audience_units = $6, revision = revision + 1, updated_at = $7
     where id = $1`,
    [input.id, input.ownerUnitId, input.line || null, input.title, input.note, input.audienceUnitIds, ctx.now],
  )
  return answer(ctx, input.id, before)
}

/**
 * Entries may name units and people of other trees, that is what such a book is for; but only those whom its keeper sees: nobody
 * learns of somebody hidden by putting them in a book.
 */
const refuseUnseen = async (ctx: Ctx, entries: readonly EntryInput[]): Promise<void> => {
  const viewer = await viewerOf(ctx)
  const units = [...new Set(entries.flatMap((entry) => entry.unitId ?? []))]
  const people = [...new Set(entries.flatMap((entry) => entry.personId ?? []))]
  const [count] = await ctx.sql<{ units: number; people: number }>(
    `select (select count(*)::int from directory.unit u where u.id = any($5::uuid[]) and u.valid_to is null and ${seen('u.guard', 'u.org_no')}) as units,
       (select count(distinct x.id)::int from directory.person x join directory.post p on p.person_id = x.id and p.valid_to is null
         join directory.unit u on u.id = p.unit_id where x.id = any($6::uuid[]) and x.status = 'active' and ${postSeen}) as people`,
    [...viewerParams(viewer).slice(0, 4), units, people],
  )
  if (count!.units < units.length) throw notFound('所选的单位')
  if (count!.people < people.length) throw notFound('所选的人员')
}

export const setBookEntries = async (ctx: Ctx, input: ParsedOf<Api['setBookEntries']>): Promise<AdminBook> => {
  const before = await lock(ctx, input.id, input.revision)
  // Those already there may have been hidden, abolished or retired since: they may stay.
  const kept = await ctx.sql<{ id: string }>(
    'select coalesce(unit_id, person_id) as id from directory.address_book_entry where book_id = $1',
    [input.id],
  )
  const known = new Set(kept.map((row) => row.id))
  await refuseUnseen(
    ctx,
    input.entries.filter((entry) => !known.has((entry.unitId ?? entry.personId)!)),
  )
  await ctx.sql('delete from directory.address_book_entry where book_id = $1', [input.id])
  await ctx.sql(
    `insert into directory.address_book_entry (id, book_id, section, sort, unit_id, person_id, note)
     select t.id, $1, t.section, t.sort, t.unit_id, t.person_id, t.note
     from unnest($2::uuid[], $3::text[], $4::int[], $5::uuid[], $6::uuid[], $7::text[]) t (id, section, sort, unit_id, person_id, note)`,
    [
      input.id,
      input.entries.map(() => newId()),
      input.entries.map((entry) => entry.section),
      input.entries.map((_, at) => at),
      input.entries.map((entry) => entry.unitId),
      input.entries.map((entry) => entry.personId),
      input.entries.map((entry) => entry.note),
    ],
  )
  await ctx.sql('update directory.address_book set revision = revision + 1, updated_at = $2 where id = $1', [
    input.id,
    ctx.now,
  ])
  return answer(ctx, input.id, { ...before, entries: kept.length })
}

export const deleteBook = async (ctx: Ctx, { id }: ParsedOf<Api['deleteBook']>): Promise<Record<string, never>> => {
  const before = await lock(ctx, id)
  await ctx.sql('delete from directory.address_book where id = $1', [id])
  ctx.audit({ type: 'address-book', id, label: before.title, detail: { before } })
  return {}
}
