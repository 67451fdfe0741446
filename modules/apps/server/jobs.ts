import { type Consumer, type Job, on } from '#kernel/module'
import { sessionsEnded } from '#platform/identity/contract'
import { iconsRemoved } from '../contract.ts'
import { probeAll } from './health.ts'
import { rotateKeys } from './oidc/keys.ts'
import { noteEndedSessions, sendLogouts } from './oidc/logout.ts'

/** What runs out is deleted in pieces: one statement over a day's tokens would hold its locks too long. */
const PIECE = 5000

export const jobs: readonly Job[] = [
  { name: 'apps.health', everyMinutes: 5, runLong: probeAll },
  {
    name: 'apps.logout',
    everyMinutes: 1,
    // Sessions that ran out by themselves are announced by nobody.
    run: (ctx) => noteEndedSessions(ctx),
  },
  { name: 'apps.logout-send', everyMinutes: 1, runLong: sendLogouts },
  { name: 'apps.keys', daily: '02:10', runLong: rotateKeys },
  {
    name: 'apps.prune',
    everyMinutes: 15,
    async runLong({ database: { query }, clock }) {
      for (;;) {
        const gone = await query(
          `delete from apps.oidc where (kind, id_hash) in (select kind, id_hash from apps.oidc where expires_at < now() limit ${PIECE}) returning 1`,
        )
        if (gone.length < PIECE) break
      }
      const now = clock.now()
      await query("delete from apps.quota where starts_at < $1::timestamptz - interval '2 days'", [now])
      await query("delete from apps.usage where hour < $1::timestamptz - interval '90 days'", [now])
      await query("delete from apps.probe where at < $1::timestamptz - interval '30 days'", [now])
      await query("delete from apps.secret where expires_at < $1::timestamptz - interval '1 day'", [now])
      await query(
        "delete from apps.logout where next_at is null and created_at < $1::timestamptz - interval '7 days'",
        [now],
      )
    },
  },
]

export const consumers: readonly Consumer[] = [
  on(sessionsEnded, 'apps.sessions-ended', (ctx, { sessionIds }) => noteEndedSessions(ctx, sessionIds)),
  on(iconsRemoved, 'apps.icons-removed', async ({ kernel }, { fileIds }) => {
    for (const id of fileIds) await kernel.files.remove(id)
  }),
]
