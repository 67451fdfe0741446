import { availableParallelism } from 'node:os'
import { hash, parseOptions, verify } from '@node-rs/argon2'
import { createLanes } from './lanes.ts'

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

/**
 * A storm of sign-ins must leave a core, and the threads that read files and compress answers, to everybody else; without a bound it would also
 * take 19 MiB each. What waits longer than some ten seconds is refused: the person tries again, instead of the proxy giving up.
 */
const LANES = Math.max(1, Math.min(availableParallelism() - 1, 3))
const lane = createLanes(LANES, LANES * 200)

let nobody: Promise<string> | undefined

/** The PHC string to store for a password. The same password typed by another input method (NFKC) gives the same result. */
export function hashPassword(password: string): Promise<string> {
  return lane(() => hash(password.normalize('NFKC'), COST))
}

/** Whether the password is the one behind `stored`. Pass null for an account that does not exist: the answer is false and
 * takes as long, so that time does not tell which accounts exist. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  nobody ??= hashPassword('nobody')
  // An account that never had a password keeps an empty text.
  const against = stored || (await nobody)
  const matches = await lane(() => verify(against, password.normalize('NFKC')))
  return Boolean(stored) && matches
}

/** True when `stored` was made with other parameters than today's: hash again at the next successful sign-in. */
export function needsRehash(stored: string): boolean {
  const used = parseOptions(stored)
  return (Object.keys(COST) as (keyof typeof COST)[]).some((name) => Number(used[name]) !== COST[name])
}
