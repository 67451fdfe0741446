import { hash, parseOptions, verify } from '@node-rs/argon2'

// argon2id as the OWASP Password Storage Cheat Sheet asks: 19 MiB, two passes, one lane. The numbers are the values of the
// package's `Algorithm` and `Version`, const enums that type stripping cannot read.
const ARGON2ID = 2
const VERSION_13 = 1
const COST = {
  algorithm: ARGON2ID,
  version: VERSION_13,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
  outputLen: 32,
}

let nobody: Promise<string> | undefined

/** The PHC string to store for a password. The same password typed by another input method (NFKC) gives the same result. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), COST)
}

/** Whether the password is the one behind `stored`. Pass null for an account that does not exist: the answer is false and
 * takes as long, so that time does not tell which accounts exist. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  nobody ??= hashPassword('nobody')
  // An account that never had a password keeps an empty text.
  const matches = await verify(stored || (await nobody), password.normalize('NFKC'))
  return Boolean(stored) && matches
}

/** True when `stored` was made with other parameters than today's: hash again at the next successful sign-in. */
export function needsRehash(stored: string): boolean {
  const used = parseOptions(stored)
  return (Object.keys(COST) as (keyof typeof COST)[]).some((name) => Number(used[name]) !== COST[name])
}
