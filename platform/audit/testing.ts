import type { Actor } from '#kernel/actor'
import { writeAudit } from '#kernel/audit'
import type { Query } from '#kernel/db'
import { newId } from '#kernel/ids'
import { defineModule } from '#kernel/module'
import { startTestServer, type TestServer } from '#kernel/testing'
import { auditApi } from './contract.ts'
import { audit } from './index.ts'
import { startSequencer } from './server/sequencer.ts'

const actor = (no: number, name: string, permissions: string[]): Actor => ({
  accountId: `00000000-0000-7000-8000-00000000000${no}`,
  personId: `00000000-0000-7000-8000-0000000000${no}0`,
  name,
  unitId: '',
  sessionId: `00000000-0000-7000-8000-000000000${no}00`,
  permissions: new Set(permissions),
  roles: new Set(['clerk']),
  subject: 'public-servant',
  assurance: 1,
  verifiedAt: new Date('2026-11-20T09:40:00+08:00'),
})
export const actors = {
  auditor: actor(1, '宋廉明', ['audit:read']),
  clerk: actor(2, '周文清', []),
}

/** Who calls is said by the token; nothing of identity is needed here. */
const desk = defineModule({
  name: 'desk',
  title: '测试',
  dependsOn: [],
  folder: import.meta.dirname,
  ports: { authenticate: async (_kernel, token) => actors[token as keyof typeof actors] ?? null },
})

/** One record as a command writes it. */
export const record = (query: Query, over: Partial<Parameters<typeof writeAudit>[1]> = {}) =>
  writeAudit(query, {
    at: new Date('2026-11-20T01:42:00.123Z'),
    homeNode: 'province',
    actor: actors.clerk,
    requestId: newId(),
    address: '10.0.0.7',
    action: 'notice.publish',
    title: '发布通知',
    kind: 'command',
    target: { type: 'notice', id: newId(), label: '四季度档案移交安排' },
    detail: { title: '四季度档案移交安排' },
    ...over,
  })

export interface AuditServer {
  server: TestServer
  as(who?: keyof typeof actors): ReturnType<typeof clientOf>
  /** so many records, in one transaction */
  add(count: number, over?: Parameters<typeof record>[1]): Promise<void>
  /** until the leader has taken in and signed everything; answers how long the log is */
  sequenced(): Promise<number>
}
const clientOf = (server: TestServer, who?: keyof typeof actors) => server.client(auditApi, who)

export const untilSequenced = async (server: TestServer): Promise<number> => {
  for (;;) {
    const [row] = await server.sql<{ waiting: boolean; size: string }>(
      `select exists (select from kernel.audit_intake) or size > (select coalesce(max(size), 0) from kernel.audit_checkpoint) as waiting, size
       from kernel.audit_head`,
    )
    if (!row!.waiting) return Number(row!.size)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** A server with the audit log, and a leader that signs at once; with `leaderless` the test starts its own. */
export const startAuditServer = async (leaderless = false): Promise<AuditServer> => {
  const server = await startTestServer([audit, desk], { env: { JOBS: 'false' } })
  const leader = leaderless ? undefined : startSequencer(server.kernel, { idleMs: 10, checkpointMs: 10 })
  const { stop } = server
  server.stop = async () => {
    await leader?.stop()
    await stop()
  }
  return {
    server,
    as: (who) => clientOf(server, who),
    add: (count, over) =>
      server.system(async ({ sql }) => {
        await Promise.all(Array.from({ length: count }, () => record(sql, over)))
      }),
    sequenced: () => untilSequenced(server),
  }
}
