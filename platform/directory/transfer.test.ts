import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '#kernel/testing'
import type { ApiError } from '#kernel/web'
import { identity } from '#platform/identity'
import { type ImportDetail, transferApi } from './contract.ts'
import { directory } from './index.ts'
import { identityCheck } from './server/codes.ts'
import { assertConsistent } from './server/write.ts'
import { type Scene, scene, signInAs } from './testing.ts'

let server: TestServer
let world: Scene
let admin: string
beforeAll(async () => {
  server = await startTestServer([directory, identity])
  world = await server.system((ctx) => scene(ctx))
  admin = await signInAs(server, world.people.clerk.id, [
    { role: 'unit-admin', scope: 'subtree', unitId: world.units.boxing.id },
  ])
})
afterAll(() => server?.stop())

const api = (token = admin) => server.client(transferApi, token)
const csv = (rows: readonly (readonly string[])[]) =>
  new Blob([
    `\ufeff${rows.map((row) => row.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')).join('\r\n')}\r\n`,
  ])
const settled = async (id: string, token = admin): Promise<ImportDetail> => {
  for (;;) {
    const run = await api(token).importDetail({ id })
    if (run.state !== 'checking' && run.state !== 'applying') return run
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
let serial = 0
/** A valid identity number that nobody has. */
const number = (): string => {
  const body = `3799991990${String(101 + (serial % 200)).padStart(4, '0')}${String(1 + Math.floor(serial++ / 200) * 2).padStart(3, '0')}`
  return body + identityCheck(body)
}
const upload = (file: Blob, input: { kind?: 'people' | 'units'; unitId?: string } = {}, token = admin) =>
  api(token).uploadImport({ unitId: world.units.boxing.id, ...input }, { file, fileName: '人员.csv' })
const checked = async (
  file: Blob,
  input: { kind?: 'people' | 'units'; unitId?: string } = {},
): Promise<ImportDetail> => {
  const { id } = await upload(file, input)
  await api().checkImport({ id })
  return settled(id)
}
const applied = async (
  file: Blob,
  input: { kind?: 'people' | 'units'; unitId?: string } = {},
): Promise<ImportDetail> => {
  const { id } = await checked(file, input)
  await api().applyImport({ id, faulty: 'skip' })
  return settled(id)
}
const consistent = () => server.system((ctx) => assertConsistent(ctx.sql))

describe('an import of people', () => {
  it('makes people with their posts, and the directory stays consistent', async () => {
    const run = await applied(
      csv([
        ['姓名', '身份证号', '手机', '单位', '科室', '职务'],
        ['王一', number(), '15411110001', '博兴县水利局', '农村供水科', '科员'],
        ['王二', number(), '15411110002', '县政府办公室', '文电科', '副科长'],
        ['王三', '', '15411110003', '山东省/滨州市/博兴县/博兴县水利局', '', '副局长'],
      ]),
    )
    expect(run).toMatchObject({
      state: 'done',
      total: 3,
      faulty: 0,
      applied: 3,
      done: { created: 3, updated: 0, posts: 0, same: 0, skipped: 0 },
    })
    await consistent()
  })
})
