import { withConnection } from '#kernel/db'
import type { Seed } from '#kernel/module'
import { loadProvince } from '../province/load.ts'
import { identitySealer } from './identity-number.ts'

/** The demo province, always the same for the same number of people. */
export const seed = ({ kernel, adminUrl, people, progress }: Seed): Promise<void> =>
  withConnection(adminUrl, (client) =>
    loadProvince({ client, people, seed: 1, keys: { sealIdentity: identitySealer(kernel.keys) }, progress }),
  )
