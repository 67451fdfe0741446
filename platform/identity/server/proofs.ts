import { verifyPassword } from '#kernel/crypto'
import type { Query } from '#kernel/db'
import type { Ctx } from '#kernel/module'
import type { Proof, Way } from '../contract.ts'
import type { Account } from './find-account.ts'
import { checkPasskey, passkeysPossible } from './passkeys.ts'
import { spendRecoveryCode } from './recovery-codes.ts'
import { hasSms, spendSmsCode } from './sms.ts'
import { spendTotp } from './totp.ts'

type Place = Pick<Ctx, 'sql' | 'now' | 'kernel'>

const enrolled = (sql: Query, accountId: string) =>
  sql<{ passkey: boolean; totp: boolean; recovery: boolean }>(
    `select exists (select 1 from identity.passkey where account_id = $1) as passkey,
       exists (select 1 from identity.totp where account_id = $1 and confirmed_at is not null) as totp,
       exists (select 1 from identity.recovery_code where account_id = $1) as recovery`,
    [accountId],
    'identity.enrolled',
  ).then(([row]) => row!)

/** The second factors of an account, the strongest first; none means that its password is all. Recovery codes stand in for another. */
export const secondWays = async ({ kernel, sql }: Place, account: Account): Promise<Way[]> => {
  const { passkey, totp, recovery } = await enrolled(sql, account.id)
  const strong: Way[] = []
  if (passkey && passkeysPossible(kernel.config)) strong.push('passkey')
  if (totp) strong.push('totp')
  if (account.sms_second && account.mobile && hasSms(kernel)) strong.push('sms')
  // Enrolled, and nothing at hand that could check it: the codes alone remain, never the password alone.
  const owed = passkey || totp || account.sms_second
  return owed && (recovery || strong.length === 0) ? [...strong, 'recovery'] : strong
}

/** Two kinds of factor, or one thing that itself asks for a finger or a PIN (NIST SP 800-63B §2.2); two things one has are one kind. */
export const assuranceOf = (factors: readonly string[]): 1 | 2 =>
  factors.includes('passkey') || (factors.includes('password') && factors.length > 1) ? 2 : 1

/** Whether the account shows this factor. What can be used once is used up by a yes. */
export const showsProof = async (ctx: Place, account: Account, proof: Proof): Promise<boolean> => {
  const { kernel, sql, now } = ctx
  switch (proof.way) {
    case 'password':
      return verifyPassword(account.password_hash, proof.secret)
    case 'totp':
      return spendTotp(kernel, sql, { accountId: account.id, code: proof.secret, now, confirmed: true })
    case 'recovery':
      return spendRecoveryCode(ctx, account.id, proof.secret)
    case 'sms':
      return (await spendSmsCode(ctx, proof.ticket, proof.secret)) === account.id
    case 'passkey':
      return (await checkPasskey(ctx, proof.assertion, 'verify', account.id)) === account.id
  }
}
