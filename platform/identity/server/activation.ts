import { maskText } from '#kernel/classify'
import { newId } from '#kernel/ids'
import type { Kernel, SystemCtx } from '#kernel/module'
import { readableMobile } from '#platform/directory'
import { ruleOf } from './open-accounts.ts'
import { partHash } from './recoveries.ts'
import { readableCode } from './recovery-codes.ts'
import { sendSms } from './sms.ts'

type Place = Pick<SystemCtx, 'sql' | 'now' | 'kernel'>

/** SQL: whoever is one of the three administrators 三员 today gets two parts from two people, never one from one; `now` is a parameter. */
export const isAdministrator = (
  account: string,
  now: string,
): string => `exists (select 1 from identity.grant ag where ag.account_id = ${account}
  and ag.role in ('system-admin', 'security-admin', 'auditor') and (ag.valid_to is null or ag.valid_to > ${now}::date))`

export interface Given {
  personId: string
  accountId: string
  name: string
  unit: string
  login: string
  byMobile: boolean
  mobile: string | null
  part: string
  expiresAt: Date
}
interface Waiting extends Omit<Given, 'part' | 'expiresAt' | 'mobile'> {
  hours: number
  mobile: Buffer | null
}

/** A new part for each of the accounts that wait for their first password, in place of any given before. */
export const giveParts = async (
  ctx: Place,
  accountIds: readonly string[],
  { by, told }: { by: string | null; told: 'sheet' | null },
): Promise<Given[]> => {
  const rows = await ctx.sql<Waiting>(
    `select a.id as "accountId", x.id as "personId", x.name, o.name as unit, a.login, a.mobile_login as "byMobile", x.mobile, rule.hours
     from identity.account a join directory.person x on x.id = a.person_id and x.status = 'active'
     join directory.post m on m.person_id = x.id and m.kind = 'main' and m.valid_to is null
     join directory.unit u on u.id = m.unit_id join directory.unit o on o.no = m.org_no cross join lateral ${ruleOf('u')} rule
     where a.id = any($1::uuid[]) and not a.disabled and coalesce(a.password_hash, '') = '' and not ${isAdministrator('a.id', '$2')}
     order by u.pre, m.sort, m.id`,
    [accountIds, ctx.now],
  )
  const given = rows.map(({ hours, mobile, ...row }) => ({
    ...row,
    mobile: readableMobile(ctx.kernel, mobile, row.personId),
    part: readableCode(),
    expiresAt: new Date(ctx.now.getTime() + hours * 3_600_000),
  }))
  await ctx.sql(
    `insert into identity.recovery (id, kind, account_id, reason, reset_factors, opened_by, opened_at, first_hash, approved_at, expires_at, told)
     select t.id, 'activation', t.account_id, '开通账号', false, $5, $6, t.hash, $6, t.ends, $7
     from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::timestamptz[]) t (id, account_id, hash, ends) order by t.account_id
     on conflict (account_id) where kind = 'activation' do update set opened_by = excluded.opened_by, opened_at = excluded.opened_at,
       first_hash = excluded.first_hash, approved_at = excluded.approved_at, expires_at = excluded.expires_at, told = excluded.told,
       used_at = null, refused_by = null`,
    [
      given.map(() => newId()),
      given.map(({ accountId }) => accountId),
      given.map(({ part }) => partHash(ctx.kernel, part)),
      given.map(({ expiresAt }) => expiresAt),
      by,
      ctx.now,
      told,
    ],
  )
  return given
}

const shanghai = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  month: 'long',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  hourCycle: 'h23',
})

const textFor = (kernel: Kernel, { login, byMobile, part, expiresAt }: Given): string => {
  const name = byMobile ? `本手机号或 ${login}` : login
  const page = kernel.config.PUBLIC_ORIGIN ? `${kernel.config.PUBLIC_ORIGIN}/activate` : '平台登录页的“激活账号”'
  return `您的齐通账号已开通。登录名 ${name}，激活码 ${part}，${shanghai.format(expiresAt)} 前在 ${page} 设口令。不要告诉任何人，工作人员不会向您索要。`
}

/** Messages handed to the carrier at once: one after another, five hundred would outlast a request. */
const SIDE_BY_SIDE = 20

/** After the commit: a part that was told and then rolled back would open nothing. What could not be sent is marked, to be given again. */
export const sendGiven = async (
  kernel: Kernel,
  given: readonly Given[],
): Promise<{ sent: string[]; failed: string[] }> => {
  const sent: string[] = []
  const failed: string[] = []
  const send = async (one: Given): Promise<void> => {
    const ok =
      one.mobile !== null &&
      (await sendSms(kernel, one.mobile, textFor(kernel, one)).then(
        () => true,
        (error: Error) => {
          kernel.log.error({ err: error, mobile: maskText(one.mobile!) }, '激活码的短信没有发出')
          return false
        },
      ))
    if (ok) sent.push(one.accountId)
    else failed.push(one.accountId)
  }
  for (let at = 0; at < given.length; at += SIDE_BY_SIDE)
    await Promise.all(given.slice(at, at + SIDE_BY_SIDE).map(send))
  await kernel.database.query(
    `update identity.recovery set told = case when account_id = any($1::uuid[]) then 'sms' else 'failed' end
     where kind = 'activation' and account_id = any($2::uuid[])`,
    [sent, [...sent, ...failed]],
  )
  return { sent, failed }
}

/** Parts that nobody used are void from now on. */
export const voidParts = (
  { sql, now }: Pick<SystemCtx, 'sql' | 'now'>,
  accountIds: readonly string[],
  by: string | null,
): Promise<{ account_id: string }[]> =>
  sql(
    `update identity.recovery set expires_at = $2, refused_by = $3 where kind = 'activation' and account_id = any($1::uuid[])
       and used_at is null and expires_at > $2 returning account_id`,
    [accountIds, now, by],
  )
