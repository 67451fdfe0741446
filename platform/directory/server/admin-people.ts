import { maskText } from '#kernel/classify'
import { dayOf } from '#kernel/clock'
import type { OutputOf, ParsedOf } from '#kernel/contract'
import { AppError, conflict, invalid, notFound, one } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { AdminPerson, adminPeopleApi } from '../contract/admin-people.ts'
import { normaliseIdentityNumber, normaliseMobile } from '../contract/codes.ts'
import { act, requirePerson, requirePost, requireUnits, unitsInScope } from './admin-scope.ts'
import { ref } from './admin-units.ts'
import { handOver, openItems } from './handover.ts'
import { openIdentity } from './identity-number.ts'
import { mobileIndex, openMobile } from './mobile-number.ts'
import { readCard } from './people.ts'
import { normaliseName } from './tokens.ts'
import { viewerOf } from './viewer.ts'
import * as write from './write.ts'

type Api = typeof adminPeopleApi

interface Stored extends Omit<AdminPerson, 'identityMasked' | 'mobile' | 'posts' | 'updatedAt' | 'can'> {
  identityBox: Buffer | null
  mobile: Buffer | null
  updatedAt: Date
  posts: Omit<AdminPerson['posts'][number], 'can'>[]
}
const DETAIL = `select x.id, x.name, x.pinyin, x.gender, x.identity_box as "identityBox", x.mobile, x.email, x.rank, x.staff_no as "staffNo", x.status,
    x.source, x.updated_at as "updatedAt", x.revision,
    (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'unit', ${ref('u')}, 'org', ${ref('o')}, 'kind', p.kind, 'title', p.title,
        'charge', p.charge, 'leader', p.leader, 'sort', p.sort, 'phone', p.phone, 'room', p.room, 'validFrom', p.valid_from, 'validTo', p.valid_to)
        order by p.valid_to is null desc, p.kind = 'main' desc, p.valid_to desc, p.valid_from desc, p.id desc), '[]')
      from directory.post p join directory.unit u on u.id = p.unit_id join directory.unit o on o.no = p.org_no where p.person_id = x.id) as posts,
    (select coalesce(jsonb_agg(jsonb_build_object('unit', ${ref('u')}, 'duty', d.duty) order by u.pre, d.sort, d.duty), '[]')
      from directory.duty d join directory.unit u on u.id = d.unit_id
      where d.person_id = x.id and d.valid_from <= $2 and (d.valid_to is null or d.valid_to > $2)) as duties
  from directory.person x where x.id = $1`

/** The person as an administrator sees them: 404 unless one of the posts, present or past, is in the scope. */
const read = async (ctx: Ctx, id: string): Promise<AdminPerson> => {
  const { identityBox, mobile, updatedAt, ...row } = await ctx
    .sql<Stored>(DETAIL, [id, dayOf(ctx.now)])
    .then(one('此人'))
  const mine = await unitsInScope(
    ctx,
    row.posts.map((post) => post.unit.id),
  )
  const current = row.posts.filter((post) => post.validTo === null)
  // Who holds posts somewhere is the business of those places; who holds none, of the last one.
  const seen = current.length > 0 ? current : row.posts.slice(0, 1)
  if (!seen.some((post) => mine.has(post.unit.id))) throw notFound('此人')
  const manage = row.posts[0] !== undefined && mine.has(row.posts[0].unit.id)
  return {
    ...row,
    // Whoever only lends them a desk sees of the person what the contacts show.
    ...(manage ? {} : { email: null, rank: null, staffNo: null }),
    mobile: manage && mobile ? openMobile(ctx.kernel.keys, mobile, id) : null,
    identityMasked: manage && identityBox ? maskText(openIdentity(ctx.kernel.keys, identityBox, id)) : null,
    updatedAt: updatedAt.toISOString(),
    posts: row.posts.map((post) => ({ ...post, can: { manage: mine.has(post.unit.id) } })),
    can: { manage },
  }
}

export const adminPerson = (ctx: Ctx, { id }: ParsedOf<Api['adminPerson']>): Promise<AdminPerson> => read(ctx, id)

/** The whole number, for whoever may: each reading is a row of the audit log. */
export const identityNumber = async (
  ctx: Ctx,
  { id }: ParsedOf<Api['identityNumber']>,
): Promise<OutputOf<Api['identityNumber']>> => {
  await requirePerson(ctx, id)
  const row = await ctx
    .sql<{ name: string; box: Buffer | null }>('select name, identity_box as box from directory.person where id = $1', [
      id,
    ])
    .then(one('此人'))
  ctx.audit({ type: 'person', id, label: row.name })
  return { identityNumber: row.box ? openIdentity(ctx.kernel.keys, row.box, id) : null }
}

/** Values that say who somebody is stay out of the audit log in full: it says that they changed. */
const auditOf = (person: AdminPerson) => ({
  name: person.name,
  gender: person.gender,
  identityNumber: person.identityMasked,
  mobile: person.mobile ? maskText(person.mobile) : null,
  rank: person.rank,
  staffNo: person.staffNo,
  status: person.status,
  posts: person.posts
    .filter((post) => post.validTo === null)
    .map((post) => ({ id: post.id, unit: post.unit.name, kind: post.kind, title: post.title, leader: post.leader })),
  duties: person.duties.map((duty) => `${duty.unit.name} ${duty.duty}`),
  revision: person.revision,
})

/** Runs a change of one person, and records what it was before and after. */
const changing = async (
  ctx: Ctx,
  reason: string | undefined,
  id: string,
  work: (change: write.Change) => Promise<unknown>,
  more?: () => object,
): Promise<AdminPerson> => {
  const before = await act(ctx, reason, async (change) => {
    const row = await read(ctx, id)
    await work(change)
    return row
  })
  const after = await read(ctx, id)
  ctx.audit({
    type: 'person',
    id,
    label: after.name,
    detail: { before: auditOf(before), after: auditOf(after), ...more?.() },
  })
  return after
}

export const findSamePerson = async (
  ctx: Ctx,
  input: ParsedOf<Api['findSamePerson']>,
): Promise<OutputOf<Api['findSamePerson']>> => {
  const number = normaliseIdentityNumber(input.identityNumber)
  const [fault] = write.personFaults({ identityNumber: number }, dayOf(ctx.now))
  if (fault) throw invalid(fault.message, [fault])
  const [person] = await ctx.sql<NonNullable<OutputOf<Api['findSamePerson']>['person']>>(
    `select x.id, x.name, x.status, coalesce((select u.name from directory.post p join directory.unit u on u.id = p.unit_id
       where p.person_id = x.id order by p.valid_to is null desc, p.kind = 'main' desc, p.valid_to desc, p.id desc limit 1), '') as "unitName"
     from directory.person x where x.identity_index = $1`,
    [write.identityIndex(ctx.kernel, number)],
  )
  if (person) ctx.audit({ type: 'person', id: person.id, label: person.name })
  return { person: person ?? null }
}

/** Without an identity number two people of one name and mobile number are probably one. */
const refuseSimilar = async (ctx: Ctx, input: ParsedOf<Api['createPerson']>): Promise<void> => {
  if (input.confirmed || !input.mobile) return
  const [known] = await ctx.sql<{ id: string }>(
    "select id from directory.person where mobile_index = $1 and name = $2 and status = 'active' limit 1",
    [mobileIndex(ctx.kernel.keys, normaliseMobile(input.mobile)), normaliseName(input.name)],
  )
  if (known)
    throw new AppError(
      409,
      'similar-person',
      '目录里已有同名且手机号相同的人。若是同一人，请为其增加任职；确非同一人，请确认后再建立。',
      { extra: { personId: known.id } },
    )
}

export const createPerson = async (ctx: Ctx, input: ParsedOf<Api['createPerson']>): Promise<AdminPerson> => {
  const id = await act(ctx, input.reason, async (change) => {
    await requireUnits(ctx, ...input.posts.map((post) => post.unitId))
    await refuseSimilar(ctx, input)
    return write.createPerson(change, input)
  })
  const after = await read(ctx, id)
  ctx.audit({ type: 'person', id, label: after.name, detail: { before: null, after: auditOf(after) } })
  return after
}

export const updatePerson = (ctx: Ctx, input: ParsedOf<Api['updatePerson']>): Promise<AdminPerson> =>
  changing(ctx, input.reason, input.id, async (change) => {
    await requirePerson(ctx, input.id)
    await write.updatePerson(change, input)
  })

/**
 * The person need not be ours, the unit that takes them on must be. Whom a rule hides or masks is added by their own
 * administrators only: a post here would open them to everybody here.
 */
const requireCandidate = async (ctx: Ctx, personId: string): Promise<void> => {
  try {
    await requirePerson(ctx, personId)
  } catch (error) {
    const card = await readCard(ctx, await viewerOf(ctx), personId)
    if (!card) throw error
    if (card.masked.length > 0)
      throw conflict('此人的信息受可见性规则保护，须由其主职单位的管理员增加任职。请与其单位联系。')
  }
}

export const createPost = async (ctx: Ctx, { id, ...input }: ParsedOf<Api['createPost']>): Promise<AdminPerson> => {
  await act(ctx, input.reason, async (change) => {
    await requireUnits(ctx, input.unitId)
    await (input.kind === 'main' ? requirePerson : requireCandidate)(ctx, id)
    await write.createPost(change, { ...input, personId: id })
  })
  const after = await read(ctx, id)
  ctx.audit({ type: 'person', id, label: after.name, detail: { after: auditOf(after) } })
  return after
}

export const updatePost = async (ctx: Ctx, input: ParsedOf<Api['updatePost']>): Promise<AdminPerson> => {
  const { personId } = await requirePost(ctx, input.id)
  return changing(ctx, input.reason, personId, async (change) => {
    const { unitId } = await requirePost(ctx, input.id)
    await requireUnits(ctx, unitId, input.unitId)
    // The main post decides who manages the person: it changes hands only by whoever manages them now.
    if (input.kind === 'main') await requirePerson(ctx, personId)
    await write.updatePost(change, input)
  })
}

export const endPost = async (ctx: Ctx, input: ParsedOf<Api['endPost']>): Promise<AdminPerson> => {
  const { personId } = await requirePost(ctx, input.id)
  const before = await read(ctx, personId)
  await act(ctx, input.reason, async (change) => {
    await requirePost(ctx, input.id)
    await write.endPost(change, input)
  })
  const after = await readAfter(ctx, personId, before)
  ctx.audit({
    type: 'person',
    id: personId,
    label: after.name,
    detail: { before: auditOf(before), after: auditOf(after) },
  })
  return after
}

/** Whom the change took out of the scope is still told about once. */
const readAfter = async (ctx: Ctx, id: string, before: AdminPerson): Promise<AdminPerson> => {
  try {
    return await read(ctx, id)
  } catch (error) {
    if (error instanceof AppError && error.status === 404) return { ...before, posts: [], can: { manage: false } }
    throw error
  }
}

export const deletePost = async (ctx: Ctx, input: ParsedOf<Api['deletePost']>): Promise<AdminPerson> => {
  const { personId } = await requirePost(ctx, input.id)
  const before = await read(ctx, personId)
  const post = await act(ctx, input.reason, async (change) => {
    await requirePost(ctx, input.id)
    return write.deletePost(change, input)
  })
  const after = await readAfter(ctx, personId, before)
  ctx.audit({
    type: 'person',
    id: personId,
    label: after.name,
    detail: {
      deleted: { id: post.id, unitId: post.unit_id, kind: post.kind, title: post.title },
      before: auditOf(before),
      after: auditOf(after),
    },
  })
  return after
}

export const setDuties = (ctx: Ctx, { id, ...input }: ParsedOf<Api['setDuties']>): Promise<AdminPerson> =>
  changing(ctx, input.reason, id, async (change) => {
    await requireUnits(ctx, input.unitId)
    await write.setDuties(change, { ...input, personId: id })
  })

export const handover = async (ctx: Ctx, { id }: ParsedOf<Api['handover']>): Promise<OutputOf<Api['handover']>> => {
  await requirePerson(ctx, id)
  return { items: await openItems(ctx.kernel, ctx.sql, id) }
}

export const movePerson = async (ctx: Ctx, { id, ...input }: ParsedOf<Api['movePerson']>): Promise<AdminPerson> => {
  let items: unknown
  return changing(
    ctx,
    input.reason,
    id,
    async (change) => {
      await requirePerson(ctx, id)
      await requireUnits(ctx, input.unitId)
      items = await handOver(ctx.kernel, ctx.sql, { ...input, personId: id, day: input.validFrom ?? change.today })
      await write.movePerson(change, { ...input, personId: id })
    },
    () => ({ handover: items, successorId: input.successorId }),
  )
}

export const leavePerson = async (ctx: Ctx, input: ParsedOf<Api['leavePerson']>): Promise<AdminPerson> => {
  let items: unknown
  return changing(
    ctx,
    input.reason,
    input.id,
    async (change) => {
      await requirePerson(ctx, input.id)
      items = await handOver(ctx.kernel, ctx.sql, { ...input, personId: input.id, day: input.day ?? change.today })
      await write.personLeft(change, input)
    },
    () => ({ handover: items, successorId: input.successorId }),
  )
}

export const returnPerson = (ctx: Ctx, input: ParsedOf<Api['returnPerson']>): Promise<AdminPerson> =>
  changing(ctx, input.reason, input.id, async (change) => {
    await requirePerson(ctx, input.id)
    await requireUnits(ctx, input.post.unitId)
    await write.returnPerson(change, input)
  })

export const dutyKinds = async (ctx: Ctx) => ({
  rows: await ctx.sql<{ name: string; note: string; sort: number; enabled: boolean }>(
    'select name, note, sort, enabled from directory.duty_kind order by sort, name',
  ),
})
export const saveDutyKind = async (ctx: Ctx, input: ParsedOf<Api['saveDutyKind']>) => {
  await ctx.sql(
    `insert into directory.duty_kind (name, note, sort, enabled) values ($1, $2, $3, $4)
     on conflict (name) do update set note = excluded.note, sort = excluded.sort, enabled = excluded.enabled`,
    [input.name, input.note, input.sort, input.enabled],
  )
  ctx.audit({ type: 'duty-kind', id: input.name, label: input.name })
  return dutyKinds(ctx)
}
export const ranks = async (ctx: Ctx) => ({
  rows: await ctx.sql<{ name: string; sort: number }>('select name, sort from directory.rank order by sort'),
})
