import { expect, it } from 'vitest'
import type { SheetRow } from '../contract.ts'
import { sheetCsv } from './sheet.ts'

const row: SheetRow = {
  personId: '01a203bc-8479-761e-924c-45220669742f',
  name: '周文清',
  unit: '=HYPERLINK("http://evil.example")',
  login: 'zhouwenqing',
  byMobile: true,
  part: 'aaaaa-bbbbb',
  expiresAt: '2026-11-25T00:00:00Z',
}

it('a sheet is one line a person, and no cell of it is a formula', () => {
  const [head, line, more] = sheetCsv([row], 'https://qt.example/activate', () => '11 月 25 日').split('\r\n')
  expect(head).toBe('"姓名","单位","登录名","激活码","有效到","激活页面"')
  expect(line).toBe(
    `"周文清","'=HYPERLINK(""http://evil.example"")","zhouwenqing，或本人手机号","aaaaa-bbbbb","11 月 25 日","https://qt.example/activate"`,
  )
  expect(more).toBeUndefined()
})
