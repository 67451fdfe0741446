import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { directoryApi } from './contract.ts'
import { seedBooks } from './server/seed-books.ts'
import { provinceTemplate, signInAs } from './testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer([directory, identity, search], { template: provinceTemplate() })
  await server.system(seedBooks)
  await server.system(seedBooks)
})
afterAll(() => server?.stop())

describe('the demo', () => {
  it('has address books of several lines at three levels, each with entries that a clerk of the county reads', async () => {
    const clerk = server.client(directoryApi, await signInAs(server, 'clerk'))
    const { rows } = await clerk.books({})
    expect(new Set(rows.map((row) => row.title)).size).toBe(rows.length)
    expect(new Set(rows.map((row) => row.line)).size).toBeGreaterThanOrEqual(4)
    for (const place of ['省', '市', '县'])
      expect(rows.some((row) => row.ownerUnit.shortName.startsWith(place))).toBe(true)
    for (const { id, title } of rows) {
      const book = await clerk.book({ id })
      expect([title, book.rows.length]).toEqual([title, expect.toSatisfy((entries: number) => entries >= 2)])
    }
  })
})
