import { withConnection } from '#kernel/db'
import type { Seed } from '#kernel/module'
import { identitySealer } from './identity-number.ts'

/** The demo province, always the same for the same number of people. */
export const seed = async ({ kernel, adminUrl, people, progress }: Seed): Promise<void> => {
  // The generator and the divisions it reads are needed once in a database's life, not at every start.
  const { loadProvince } = await import('../province/load.ts')
  await withConnection(adminUrl, (client) =>
    loadProvince({ client, people, seed: 1, keys: { sealIdentity: identitySealer(kernel.keys) }, progress }),
  )
}
