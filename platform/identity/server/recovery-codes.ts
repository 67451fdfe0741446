import { randomInt } from 'node:crypto'
import type { Query } from '#kernel/db'
import type { Ctx, Kernel } from '#kernel/module'

const COUNT = 10
const LENGTH = 10
// Letters and digits that are not taken for one another (Crockford's base 32): 50 bits a code.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** Random text to be read aloud and typed, in groups of five. */
export const readableCode = (length = LENGTH): string =>
  Array.from({ length }, (_, at) => (at > 0 && at % 5 === 0 ? '-' : '') + ALPHABET[randomInt(ALPHABET.length)]).join('')

/** As it is compared: however it was typed. */
export const plainCode = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^0-9a-z]/g, '')
    .replaceAll('o', '0')
    .replaceAll(/[il]/g, '1')

const fingerprint = (kernel: Kernel, accountId: string, code: string): Buffer =>
  kernel.keys.blindIndex('identity.recovery_code', `${accountId}/${plainCode(code)}`)

/** Ten new codes; the old ones are void. They are shown once. */
export const makeRecoveryCodes = async (kernel: Kernel, sql: Query, accountId: string, now: Date) => {
  const codes = Array.from({ length: COUNT }, () => readableCode())
  await sql('delete from identity.recovery_code where account_id = $1', [accountId])
  await sql(
    'insert into identity.recovery_code (account_id, code_hash, created_at) select $1, unnest($2::bytea[]), $3',
    [accountId, codes.map((code) => fingerprint(kernel, accountId, code)), now],
  )
  return codes
}

/** Whether it was one of the account's codes. Uses it up. */
export const spendRecoveryCode = async (ctx: Pick<Ctx, 'kernel' | 'sql'>, accountId: string, code: string) => {
  const used = await ctx.sql(
    'delete from identity.recovery_code where account_id = $1 and code_hash = $2 returning 1',
    [accountId, fingerprint(ctx.kernel, accountId, code)],
  )
  return used.length > 0
}
