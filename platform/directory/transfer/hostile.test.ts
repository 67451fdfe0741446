import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { csv, refusal, type TransferScene, textCell, transferScene, workbook, zip } from './testing.ts'

let at: TransferScene
beforeAll(async () => {
  at = await transferScene()
})
afterAll(() => at?.server.stop())

const row = (...cells: string[]) => `<row>${cells.map(textCell).join('')}</row>`
const files = async () => (await at.server.sql<{ n: number }>('select count(*)::int as n from directory.import'))[0]!.n
const copies = () => readdir(path.join(at.server.kernel.config.DATA_DIR, 'imports'))

/** An archive whose entry would leave the folder it is unpacked in. */
const climbing = async () => {
  const archive = Buffer.from(await (await zip({ 'xx/xx/xx/passwd': 'root' })).arrayBuffer())
  return new Blob([Buffer.from(archive.toString('latin1').replaceAll('xx/', '../'), 'latin1')])
}

describe('a hostile file', () => {
  const cases: [string, () => Blob | Promise<Blob>, RegExp, RegExp][] = [
    ['nothing', () => new Blob([]), /^tabular.empty$/, /空的/],
    ['only blanks', () => new Blob(['\r\n,,\r\n\r\n']), /^tabular.empty$/, /没有内容/],
    [
      'an old workbook',
      () => new Blob([Buffer.from('d0cf11e0a1b11ae1', 'hex'), new Uint8Array(600)]),
      /^tabular.old_xls$/,
      /另存为/,
    ],
    ['a picture', () => new Blob([Buffer.from('89504e470d0a1a0a00000000', 'hex')]), /^tabular\./, /./],
    ['a page', () => new Blob(['<html><table><tr><td>姓名</td></tr></table></html>']), /^tabular.not_tabular$/, /网页/],
    ['an archive that is no workbook', () => climbing(), /^tabular\./, /./],
    [
      'a wrong encoding',
      () => new Blob([Buffer.from('d0d5c3fb0d0a81ff', 'hex')]),
      /^tabular.unknown_encoding$/,
      /编码/,
    ],
    [
      'two encodings',
      () => new Blob(['姓名\r\n', '张三李四王五赵六'.repeat(4), Buffer.from('d0d5c3fb', 'hex')]),
      /^tabular.mixed_encoding$/,
      /两种编码/,
    ],
    [
      '300 columns',
      () => csv([Array.from({ length: 300 }, (_, i) => `列${i}`)]),
      /^tabular.too_many_columns$/,
      /第 200 列之外/,
    ],
    ['a cell of 10 MB', () => csv([['姓名'], ['x'.repeat(10 * 1024 * 1024)]]), /^tabular.cell_too_long$/, /超过 32767/],
    [
      'a cell of 10 MB in a workbook',
      () => workbook(row('姓名') + row('x'.repeat(10 * 1024 * 1024))),
      /^tabular\./,
      /./,
    ],
    ['an open quote', () => new Blob(['姓名\r\n"张三']), /^tabular.quote_not_closed$/, /引号/],
    [
      'an external entity',
      () => workbook(row('姓名', '&x;'), { doctype: '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>' }),
      /^tabular.forbidden_xml$/,
      /./,
    ],
    [
      'a billion laughs',
      () => workbook(row('&b;'), { doctype: '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' }),
      /^tabular.forbidden_xml$/,
      /./,
    ],
    [
      'a bomb',
      () => workbook(row('姓名') + `<row>${'<c></c>'.repeat(20)}</row>`.repeat(200_000)),
      /^tabular.zip_bomb$/,
      /./,
    ],
  ]
  it.each(cases)('%s is refused in words, and nothing of it stays', async (_what, file, code, message) => {
    const before = await files()
    const error = await refusal(at.upload(await file()))
    expect(error.status).toBe(422)
    expect(error.code).toMatch(code)
    expect(error.message).toMatch(message)
    expect(error.message).toMatch(/[\u4e00-\u9fff]/)
    expect(await files()).toBe(before)
    expect(await copies()).toEqual([])
  })

  it('with only a header is refused when it is checked', async () => {
    expect(await at.checked(csv([['姓名', '单位']]))).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(/只有表头/),
    })
  })

  it('that breaks off in the middle ends the check with a sentence', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => ['甲', String(i)])
    const text = `${await csv([['姓名', '单位'], ...rows]).text()}"没有完`
    const run = await at.upload(new Blob([text])).then(
      async ({ id }) => {
        await at.api().checkImport({ id })
        return at.settled(id)
      },
      (error: unknown) => error,
    )
    expect(run).toMatchObject({ message: expect.stringMatching(/引号/) })
  })

  it('with a name that climbs is only a name', async () => {
    const { fileName, id } = await at.upload(csv([['姓名'], ['甲']]), { fileName: '../../../../etc/passwd\u0000.csv' })
    for (const char of ['/', '\\', '\u0000']) expect(fileName).not.toContain(char)
    const answer = await at.api().faultSheet({ id, format: 'csv' })
    expect(decodeURIComponent(answer.headers.get('content-disposition') ?? '')).not.toMatch(/\.\.\//)
  })

  it('of sheer faults stops early and says what is likely', async () => {
    const lines = Array.from({ length: 11_000 }, () => '1,2\r\n')
    const run = await at.checked(new Blob([`姓名,单位\r\n${lines.join('')}`]))
    expect(run).toMatchObject({ state: 'failed', message: expect.stringMatching(/列对应错了/) })
    expect(await refusal(at.api().applyImport({ id: run.id, faulty: 'skip' }))).toMatchObject({ status: 409 })
  })

  it('does not bring the server down', async () => {
    expect((await fetch(`${at.server.url}/readyz`)).status).toBe(200)
  })
})
