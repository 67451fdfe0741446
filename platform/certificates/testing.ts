import { randomBytes } from 'node:crypto'
import type { Sm2KeyPair } from '#kernel/crypto'
import { startTestServer } from '#kernel/testing'
import { calendar } from '#platform/calendar'
import { directory } from '#platform/directory'
import { person, signInAs, unit } from '#platform/directory/testing'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { tasks } from '#platform/tasks'
import { certificatesApi } from './contract.ts'
import { certificates } from './index.ts'

/** A unit with a person, and somebody of each administrators' role signed in. */
export const startScene = async (env: Record<string, string> = {}) => {
  const server = await startTestServer([calendar, search, directory, identity, tasks, certificates], { env })
  const people = await server.system(async (ctx) => {
    const root = await unit(ctx, { name: '山东省', kind: 'region', level: 1 })
    const office = await unit(ctx, { name: '山东省大数据局', parent: root.id, kind: 'government' })
    const named = async (name: string) => (await person(ctx, { name, unit: office.id })).id
    return {
      office: office.id,
      clerk: await named('周文清'),
      system: await named('高文博'),
      security: await named('林沐阳'),
      second: await named('孙若溪'),
      auditor: await named('毕佳禾'),
    }
  })
  const everywhere = (role: 'system-admin' | 'security-admin' | 'auditor') => [{ role, scope: 'all' as const }]
  const tokens = {
    clerk: await signInAs(server, people.clerk),
    system: await signInAs(server, people.system, everywhere('system-admin')),
    security: await signInAs(server, people.security, everywhere('security-admin')),
    second: await signInAs(server, people.second, everywhere('security-admin')),
    auditor: await signInAs(server, people.auditor, everywhere('auditor')),
  }
  return {
    server,
    people,
    as: (who?: keyof typeof tokens) => server.client(certificatesApi, who && tokens[who]),
  }
}
export type Scene = Awaited<ReturnType<typeof startScene>>

/** What an authority of somebody else would write into its own certificate. */
export const authorityFields = (key: Sm2KeyPair, name: string, pathLength: number | null = null) => ({
  serial: Buffer.of(0x41, ...randomBytes(8)),
  subject: [['CN', name]] as const,
  publicKey: key.publicKey,
  notBefore: new Date('2026-01-01T00:00:00Z'),
  notAfter: new Date('2036-01-01T00:00:00Z'),
  isAuthority: true,
  pathLength,
  keyUsage: ['keyCertSign', 'crlSign'] as const,
  extendedUsage: null,
  crlAddresses: [],
  dnsNames: [],
})
