import type { Actor } from '#kernel/actor'
import type { Kernel } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { endSessions } from './end-sessions.ts'

/** Answers who holds a token that is no session, or null; asked for each request, so it remembers what it can and forgets within a second. */
export type TokenReader = (kernel: Kernel, token: string) => Promise<Actor | null>

const readers = new Map<string, TokenReader>()

/** Bearer tokens that begin with `prefix` are read by a module: it says who calls, and what they may do. */
export const authenticateTokens = (prefix: string, read: TokenReader): void => {
  readers.set(prefix, read)
}
export const foreignReader = (token: string | undefined): TokenReader | undefined => {
  if (token !== undefined) for (const [prefix, read] of readers) if (token.startsWith(prefix)) return read
  return undefined
}

/** Ends one session on behalf of its owner, who said so elsewhere than on our pages. */
export const endPlatformSession = (kernel: Kernel, sessionId: string): Promise<unknown> =>
  asSystem(kernel, (ctx) => endSessions(ctx, 'id = $1', [sessionId]))
