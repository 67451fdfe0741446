import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { sniffMediaType } from './sniff.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qitong-sniff-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function typeOf(content: Uint8Array | string) {
  const path = join(folder, 'x')
  await writeFile(path, content)
  return sniffMediaType(path)
}

async function zip(entries: Record<string, string>) {
  const archive = new ZipFile()
  for (const [name, text] of Object.entries(entries)) archive.addBuffer(Buffer.from(text), name)
  archive.end()
  const chunks: Uint8Array[] = []
  for await (const chunk of archive.outputStream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
// 关于放假的通知，各单位：
const gb = Buffer.from('b9d8d3dab7c5bcd9b5c4cda8d6aaa3acb8f7b5a5cebba3ba', 'hex')

describe('media types by content', () => {
  it.each([
    ['image/png', png],
    ['image/jpeg', Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex')],
    ['application/pdf', '%PDF-1.4\n%%EOF'],
    ['application/rtf', '{\\rtf1\\ansi hello}'],
    ['text/plain; charset=utf-8', '通知\n各单位：\t请按期报送。\r\n'],
    ['text/plain; charset=utf-8', '\ufeff带标记的文本'],
    ['text/plain; charset=utf-8', 'BMW 采购清单'],
    ['text/plain; charset=utf-8', 'MZ 车间\n'],
    ['text/plain; charset=gb18030', gb],
    ['text/plain; charset=gb18030', Buffer.concat([Buffer.from('a,b,'), gb, Buffer.from('\r\n')])],
    ['text/plain; charset=utf-16le', Buffer.from('\ufeff通知', 'utf16le')],
    ['text/plain; charset=utf-16be', Buffer.from('\ufeff通知', 'utf16le').swap16()],
    ['text/plain; charset=utf-8', 'alert(1) // script text is shown as text, never run'],
    ['text/html; charset=utf-8', '<!DOCTYPE html><title>x</title>'],
    ['text/html; charset=utf-8', ' \n<!-- 注释 --><script>alert(1)</script>'],
    ['text/html; charset=utf-8', '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"></html>'],
    ['image/svg+xml', '<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['image/svg+xml', '<svg onload="alert(1)"></svg>'],
    ['application/xml', '<?xml version="1.0"?><公文/>'],
    ['application/octet-stream', ''],
    ['application/octet-stream', Buffer.from('0001020304050607', 'hex')],
    ['application/octet-stream', Buffer.from('text with a \0 in it')],
    ['application/octet-stream', Buffer.from('aaa1aba2f8a3fda4', 'hex')],
  ])('%s', async (mediaType, content) => {
    expect(await typeOf(content)).toBe(mediaType)
  })

  it('cuts its sample inside a character without harm', async () => {
    expect(await typeOf(`a${'齐'.repeat(40_000)}`)).toBe('text/plain; charset=utf-8')
    expect(await typeOf(Buffer.concat([Buffer.from('a'), ...Array.from({ length: 6_000 }, () => gb)]))).toBe(
      'text/plain; charset=gb18030',
    )
  })

  it('knows office files and OFD from other archives', async () => {
    const types =
      '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
    expect(await typeOf(await zip({ '[Content_Types].xml': types, 'xl/workbook.xml': '<workbook/>' }))).toBe(
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    )
    expect(await typeOf(await zip({ 'Doc_0/Document.xml': '<x/>', 'OFD.xml': '<OFD/>' }))).toBe('application/ofd')
    expect(await typeOf(await zip({ 'copy/OFD.xml': '<OFD/>', 'OFD.xml.txt': 'x' }))).toBe('application/zip')
    expect(await typeOf((await zip({ a: 'b' })).subarray(0, 40))).not.toMatch(/^text/)
  })
})
