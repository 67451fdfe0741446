import { describe, expect, it } from 'vitest'
import { safeFileName } from './index.ts'

describe('safe file names', () => {
  it.each([
    ['关于2026年放假的通知.docx', '关于2026年放假的通知.docx'],
    ['附件 (1)+最终版.pdf', '附件 (1)+最终版.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\王\\桌面\\表.xlsx', '表.xlsx'],
    ['a/b\n/c.txt', 'c.txt'],
    ['a\u0000b\r\nc\u007f\u0085.txt', 'abc.txt'],
    ['工资\u202Excod.exe', '工资xcod.exe'],
    ['a\u200b\u2066b\ufeff\u2028c\u2029.txt', 'abc.txt'],
    ['a<b>:"|?*.txt', 'a_b______.txt'],
    ['...', '未命名'],
    ['', '未命名'],
    ['目录/', '未命名'],
    ['.htaccess', 'htaccess'],
    ['名称. . ', '名称'],
    ['CON.txt', '_CON.txt'],
    ['nul', '_nul'],
    ['console.log', 'console.log'],
    ['半个\ud800字.txt', '半个字.txt'],
    ['e\u0301.txt', '\u00e9.txt'],
    ['a\u00a0\u3000b.txt', 'a b.txt'],
    ['\ue863造字.txt', '\ue863造字.txt'],
  ])('%j becomes %j', (given, safe) => {
    expect(safeFileName(given)).toBe(safe)
    expect(safeFileName(safe)).toBe(safe)
  })

  it('are at most 200 long, keep the extension and never half a character', () => {
    expect(safeFileName(`${'长'.repeat(500)}.docx`)).toBe(`${'长'.repeat(195)}.docx`)
    expect(safeFileName('𠮷'.repeat(300))).toBe('𠮷'.repeat(100))
    expect(safeFileName(`a${'𠮷'.repeat(300)}`)).toBe(`a${'𠮷'.repeat(99)}`)
    expect(safeFileName(`x.${'y'.repeat(300)}`)).toHaveLength(200)
  })
})
