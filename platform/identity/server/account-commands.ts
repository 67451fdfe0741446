import type { OutputOf, ParsedOf } from '#kernel/contract'
import { conflict } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import type { accountsApi } from '../contract.ts'
import { giveParts as give, isAdministrator, sendGiven, voidParts } from './activation.ts'
import { endSessions, inTransaction } from './end-sessions.ts'
import { openAccountsFor } from './open-accounts.ts'
import { resetFactors } from './redeem-parts.ts'
import { hasSms } from './sms.ts'

type Api = typeof accountsApi

interface Mine {
  personId: string
  accountId: string | null
  name: string
}

/**
 * The people of the selection whose account the caller may handle: at work in a unit of the scope, not the caller, none of the three
 * administrators 三员, whose accounts two of them handle together. What is not theirs is as if it were not there.
 */
const mine = async (ctx: Ctx, personIds: readonly string[]): Promise<Mine[]> => {
  const scope = ctx.scopeText('m.unit_id', 4)
  const rows = await ctx.sql<Mine>(
    `select x.id as "personId", a.id as "accountId", x.name from directory.person x
     join directory.post m on m.person_id = x.id and m.kind = 'main' and m.valid_to is null
     left join identity.account a on a.person_id = x.id and a.subject_kind = 'public-servant'
     where x.id = any($1::uuid[]) and x.status = 'active' and x.id <> $2 and ${scope.text}
       and not (a.id is not null and ${isAdministrator('a.id', '$3')}) order by x.id`,
    [personIds, ctx.actor.personId, ctx.now, ...scope.params],
  )
  if (rows.length === 0)
    throw conflict(
      '所选人员都不能由您办理：不在您的管理范围内、已离职、是您本人，或是三员（三员的账号由三员之间办理）。',
    )
  return rows
}
const accountsOf = (people: readonly Mine[]): string[] => people.flatMap(({ accountId }) => accountId ?? [])

/** Names for the record, as many as stand on a page; all ids stand in the input. */
const SAID = 20
const record = (ctx: Ctx, people: readonly Mine[], done: ReadonlySet<string>): void => {
  const affected = people.filter(({ personId }) => done.has(personId))
  const names = affected.slice(0, SAID).map(({ name }) => name)
  ctx.audit({
    type: 'account',
    id: affected.length === 1 ? (affected[0]!.accountId ?? affected[0]!.personId) : '',
    label: affected.length > SAID ? `${names.join('、')}等 ${affected.length} 人` : names.join('、'),
    detail: { done: affected.map(({ personId }) => personId) },
  })
}
const counted = (ctx: Ctx, people: readonly Mine[], { asked, done }: { asked: number; done: ReadonlySet<string> }) => {
  record(ctx, people, done)
  return { done: done.size, skipped: asked - done.size }
}
const personsOf = (people: readonly Mine[], accountIds: Iterable<string>): Set<string> => {
  const byAccount = new Map(people.map(({ accountId, personId }) => [accountId, personId]))
  return new Set([...accountIds].flatMap((id) => byAccount.get(id) ?? []))
}

type People = ParsedOf<Api['openAccounts']>

export const openAccounts = async (ctx: Ctx, { personIds }: People): Promise<OutputOf<Api['openAccounts']>> => {
  const people = await mine(ctx, personIds)
  const opened = await openAccountsFor(
    ctx,
    people.map(({ personId }) => personId),
    ctx.actor.name,
  )
  const done = new Set(opened.map(({ personId }) => personId))
  return counted(ctx, people, { asked: personIds.length, done })
}

/** Told to the caller this once; the answer is kept nowhere. */
export const giveParts = async (ctx: Ctx, { personIds }: People): Promise<OutputOf<Api['giveParts']>> => {
  const people = await mine(ctx, personIds)
  const given = await give(ctx, accountsOf(people), { by: ctx.actor.accountId, told: 'sheet' })
  record(ctx, people, new Set(given.map(({ personId }) => personId)))
  return {
    rows: given.map(({ accountId: _, mobile: __, expiresAt, ...row }) => ({
      ...row,
      expiresAt: expiresAt.toISOString(),
    })),
    skipped: personIds.length - given.length,
  }
}

export const refuseWithoutSms = (ctx: Ctx): void => {
  if (!hasSms(ctx.kernel)) throw conflict('本平台没有接入短信通道，请改为打印或导出激活码。')
}

/** Given and committed first, then sent. */
export const sendParts = async (outside: Ctx, { personIds }: People): Promise<OutputOf<Api['sendParts']>> => {
  refuseWithoutSms(outside)
  const { people, given } = await inTransaction(outside, async (ctx) => {
    const found = await mine(ctx, personIds)
    return { people: found, given: await give(ctx, accountsOf(found), { by: ctx.actor.accountId, told: null }) }
  })
  const { sent } = await sendGiven(outside.kernel, given)
  return counted(outside, people, { asked: personIds.length, done: personsOf(people, sent) })
}

export const withdrawParts = async (ctx: Ctx, { personIds }: People): Promise<OutputOf<Api['withdrawParts']>> => {
  const people = await mine(ctx, personIds)
  const gone = await voidParts(ctx, accountsOf(people), ctx.actor.accountId)
  const done = personsOf(
    people,
    gone.map(({ account_id }) => account_id),
  )
  return counted(ctx, people, { asked: personIds.length, done })
}

/** Out at once, and not in again: sessions end, and parts are void. */
export const suspendAccounts = async (
  ctx: Ctx,
  { personIds, note }: ParsedOf<Api['suspendAccounts']>,
): Promise<OutputOf<Api['suspendAccounts']>> => {
  const people = await mine(ctx, personIds)
  const rows = await ctx.sql<{ id: string }>(
    `update identity.account set disabled = true, closed_for = 'suspended', closed_at = $2, closed_note = $3
     where id = any($1::uuid[]) and not disabled returning id`,
    [accountsOf(people), ctx.now, note],
  )
  const ids = rows.map(({ id }) => id)
  await voidParts(ctx, ids, ctx.actor.accountId)
  await endSessions(ctx, 'account_id = any($1::uuid[])', [ids])
  return counted(ctx, people, { asked: personIds.length, done: personsOf(people, ids) })
}

/** What an administrator suspended is as it was; whoever left and came back is opened anew instead. */
export const resumeAccounts = async (ctx: Ctx, { personIds }: People): Promise<OutputOf<Api['resumeAccounts']>> => {
  const people = await mine(ctx, personIds)
  const rows = await ctx.sql<{ id: string }>(
    `update identity.account set disabled = false, closed_for = null, closed_at = null, closed_note = ''
     where id = any($1::uuid[]) and disabled and closed_for is distinct from 'left' returning id`,
    [accountsOf(people)],
  )
  const done = personsOf(
    people,
    rows.map(({ id }) => id),
  )
  return counted(ctx, people, { asked: personIds.length, done })
}

/** Closes the account of somebody who left, unless they are back already. */
export const closeAccount = async (ctx: Pick<Ctx, 'sql' | 'now'>, personId: string): Promise<void> => {
  const rows = await ctx.sql<{ id: string }>(
    `update identity.account a set disabled = true, closed_for = 'left', closed_at = $2, closed_note = ''
     from directory.person p where p.id = a.person_id and a.person_id = $1 and p.status <> 'active'
       and a.closed_for is distinct from 'left' returning a.id`,
    [personId, ctx.now],
  )
  const ids = rows.map(({ id }) => id)
  await voidParts(ctx, ids, null)
  await resetFactors(ctx, ids)
}
