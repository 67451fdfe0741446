import { PassThrough } from 'node:stream'
import { expect } from 'vitest'
import { ZipFile } from 'yazl'
import { xlsxWriter } from '#kernel/tabular'
import { startTestServer, type TestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { type ImportDetail, type ImportFault, transferApi } from '#platform/directory/contract'
import { type Scene, scene, signInAs } from '#platform/directory/testing'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { identityCheck } from '../contract/codes.ts'
import { assertConsistent } from '../server/write.ts'

/** A province in small with an administrator of 博兴县, and what importing takes. */
export interface TransferScene {
  server: TestServer
  world: Scene
  /** administrator of 博兴县 */
  admin: string
  api(token?: string): ReturnType<typeof clientOf>
  upload(file: Blob, options?: Options): Promise<ImportDetail>
  checked(file: Blob, options?: Options): Promise<ImportDetail>
  applied(file: Blob, options?: Options): Promise<ImportDetail>
  /** until nobody works on it */
  settled(id: string, token?: string): Promise<ImportDetail>
  faults(id: string): Promise<ImportFault[]>
  /** fails unless every derived row is what it should be */
  consistent(): Promise<void>
}
interface Options {
  kind?: 'people' | 'units'
  unitId?: string
  fileName?: string
  token?: string
}
const clientOf = (server: TestServer, token: string) => server.client(transferApi, token)

export const transferScene = async (): Promise<TransferScene> => {
  const server = await startTestServer([directory, identity, search])
  const world = await server.system((ctx) => scene(ctx))
  const admin = await signInAs(server, world.people.clerk.id, [
    { role: 'unit-admin', scope: 'subtree', unitId: world.units.boxing.id },
  ])
  const api = (token = admin) => clientOf(server, token)
  const upload: TransferScene['upload'] = (file, { kind, unitId, fileName = '人员.csv', token } = {}) =>
    api(token).uploadImport({ kind, unitId: unitId ?? world.units.boxing.id }, { file, fileName })
  const settled: TransferScene['settled'] = async (id, token) => {
    for (;;) {
      const run = await api(token).importDetail({ id })
      if (run.state !== 'checking' && run.state !== 'applying') return run
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  const checked: TransferScene['checked'] = async (file, options = {}) => {
    const { id } = await upload(file, options)
    await api(options.token).checkImport({ id })
    return settled(id, options.token)
  }
  return {
    server,
    world,
    admin,
    api,
    upload,
    checked,
    settled,
    applied: async (file, options = {}) => {
      const { id } = await checked(file, options)
      await api(options.token).applyImport({ id, faulty: 'skip' })
      return settled(id, options.token)
    },
    faults: async (id) => (await api().importFaults({ id, limit: 200 })).rows,
    consistent: () => server.system((ctx) => assertConsistent(ctx.sql)),
  }
}

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
const csvText = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('')
/** CSV as a spreadsheet saves it: UTF-8 with its mark. */
export const csv = (rows: readonly (readonly string[])[]): Blob => new Blob([`\ufeff${csvText(rows)}`])

/** A workbook as an export writes it, in sheets of so many rows. */
export const xlsx = async (
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  rowsPerSheet: number,
): Promise<Blob> => {
  const out = new PassThrough()
  const chunks: Buffer[] = []
  out.on('data', (chunk: Buffer) => chunks.push(chunk))
  const writer = xlsxWriter(out, { sheetName: '人员', columns, rowsPerSheet })
  for (const row of rows) await writer.write(row)
  await writer.end()
  return new Blob([Buffer.concat(chunks)])
}

let serial = 0
/** A valid identity number (GB 11643) that no other call has given. */
export const identityNumber = (gender: '男' | '女' = '男'): string => {
  serial++
  const day = new Date(Date.UTC(1980, 0, 1 + (serial % 9000))).toISOString().slice(0, 10).replaceAll('-', '')
  const order = 2 * (1 + Math.floor(serial / 9000)) - (gender === '男' ? 1 : 0)
  const body = `379999${day}${String(order).padStart(3, '0')}`
  return body + identityCheck(body)
}

export interface Refusal extends Error {
  status: number
  code: string
}
/** The refusal that a call ends in; one that succeeds fails the test. */
export const refusal = async (call: Promise<unknown>): Promise<Refusal> => {
  const outcome = await call.catch((error: unknown) => error)
  expect(outcome).toHaveProperty('status')
  return outcome as Refusal
}

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** A workbook of one sheet with exactly the XML given for its rows. */
export const workbook = (sheetData: string, { sheetName = '人员', doctype = '' } = {}): Promise<Blob> =>
  zip({
    '_rels/.rels': `${HEAD}<Relationships><Relationship Id="a" Type="${RELATIONS}/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="${sheetName}" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${HEAD}<Relationships><Relationship Id="r1" Type="${RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `${HEAD}${doctype}<worksheet xmlns="${MAIN}"><sheetData>${sheetData}</sheetData></worksheet>`,
  })
export const zip = async (parts: Readonly<Record<string, string | Buffer>>): Promise<Blob> => {
  const file = new ZipFile()
  for (const [name, content] of Object.entries(parts)) file.addBuffer(Buffer.from(content), name)
  file.end()
  const chunks: Buffer[] = []
  for await (const chunk of file.outputStream) chunks.push(chunk as Buffer)
  return new Blob([Buffer.concat(chunks)])
}
export const textCell = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`
