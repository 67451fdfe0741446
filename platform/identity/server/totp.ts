import { Secret, TOTP } from 'otpauth'
import type { Query } from '#kernel/db'
import { invalid } from '#kernel/errors'
import type { Ctx, Kernel, SealedColumn } from '#kernel/module'

const ISSUER = '齐通'
const STEP_SECONDS = 30
const place = (accountId: string): string => `identity.totp/${accountId}`

/** What a rotation of the data keys seals anew. */
export const sealedSecrets: SealedColumn = {
  table: 'identity.totp',
  key: 'account_id',
  column: 'secret_box',
  aad: place,
}

const generator = (secret: Secret, label = ''): TOTP =>
  // SHA-1, six digits, 30 seconds: the only combination that every authenticator app reads (RFC 6238 §5.2 allows it)
  new TOTP({ issuer: ISSUER, label, secret, algorithm: 'SHA1', digits: 6, period: STEP_SECONDS })

interface TotpRow {
  secret_box: Buffer
  last_step: number
}

/** Whether the code is that of this moment, one step before or one after, and was not used before. Uses it up. */
export const spendTotp = async (
  kernel: Kernel,
  sql: Query,
  { accountId, code, now, confirmed }: { accountId: string; code: string; now: Date; confirmed: boolean },
): Promise<boolean> => {
  const [row] = await sql<TotpRow>(
    'select secret_box, last_step from identity.totp where account_id = $1 and (confirmed_at is not null) = $2',
    [accountId, confirmed],
  )
  if (!row) return false
  const secret = new Secret({ buffer: Uint8Array.from(kernel.keys.open(row.secret_box, place(accountId))).buffer })
  const token = code.normalize('NFKC').replaceAll(/\s/g, '')
  const delta = generator(secret).validate({ token, timestamp: now.getTime(), window: 1 })
  if (delta === null) return false
  const step = Math.floor(now.getTime() / 1000 / STEP_SECONDS) + delta
  // Compared and set in one statement: of two that show the same code at once only one passes.
  const used = await sql(
    'update identity.totp set last_step = $2 where account_id = $1 and last_step < $2 returning 1',
    [accountId, step],
  )
  return used.length > 0
}

/** Makes a secret that counts only after a code of it was shown. A confirmed one stays in force until then. */
export const startTotp = async (ctx: Ctx, login: string) => {
  const { accountId } = ctx.actor
  const secret = new Secret({ size: 20 })
  const made = await ctx.sql(
    `insert into identity.totp (account_id, secret_box, created_at) values ($1, $2, $3)
     on conflict (account_id) do update set secret_box = excluded.secret_box, created_at = excluded.created_at, last_step = 0
       where identity.totp.confirmed_at is null returning 1`,
    [accountId, ctx.kernel.keys.seal(Buffer.from(secret.buffer), place(accountId)), ctx.now],
  )
  if (made.length === 0) throw invalid('动态口令已经启用。要换一部手机，请先停用再设置。')
  return { secret: secret.base32, uri: generator(secret, login).toString() }
}

export const confirmTotp = async (ctx: Ctx, code: string): Promise<void> => {
  const { accountId } = ctx.actor
  if (!(await spendTotp(ctx.kernel, ctx.sql, { accountId, code, now: ctx.now, confirmed: false })))
    throw invalid('这个口令不对。请看手机上现在显示的 6 位数字，并核对手机时间。', [
      { path: 'secret', message: '口令不对' },
    ])
  await ctx.sql('update identity.totp set confirmed_at = $2 where account_id = $1', [accountId, ctx.now])
}
