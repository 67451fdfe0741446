import { open } from 'node:fs/promises'
import { EncodingScan, type Fault } from './encoding.ts'
import { TabularError } from './errors.ts'
import type { Encoding, Limits } from './types.ts'

const SAMPLE = 64 * 1024
const SAVE_AS = '请用 Excel 或 WPS 打开，另存为 .xlsx 或“CSV UTF-8（逗号分隔）”后重新上传。'
const OLE2 = Buffer.from('d0cf11e0a1b11ae1', 'hex')

/** Bytes from `position`, fewer at the end of the file. */
async function readAt(path: string, position: number, length: number): Promise<Buffer> {
  await using file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

/** The format the content shows, whatever the file is called; what is neither XLSX nor text is refused by name. */
export async function sniffFormat(path: string): Promise<'csv' | 'xlsx'> {
  const head = await readAt(path, 0, SAMPLE)
  if (head.length === 0) throw new TabularError('tabular.empty', '文件是空的，请填写内容后重新上传。')
  if (head.subarray(0, 8).equals(OLE2)) throw await ole2Error(path, head)
  const signature = head.toString('latin1', 0, 4)
  if (signature === 'PK\x03\x04' || signature === 'PK\x05\x06') return 'xlsx'
  if (signature === '%PDF') throw new TabularError('tabular.not_tabular', `这是 PDF 文件，不是表格。${SAVE_AS}`)
  const text = head.toString('latin1').replace(/^(?:\xef\xbb\xbf)?\s*/, '')
  if (/^(?:<!doctype html|<html|<head|<meta|<table|<\?xml|<workbook|mime-version:)/i.test(text)) {
    const message = `这是改了扩展名的网页或 XML 表格，不是真正的 Excel 文件。${SAVE_AS}`
    throw new TabularError('tabular.not_tabular', message)
  }
  return 'csv'
}

/** An OLE2 container is an old .xls, or an .xlsx under a password, whose directory names an EncryptedPackage ([MS-OFFCRYPTO] §2.3.4.4). */
async function ole2Error(path: string, head: Buffer): Promise<TabularError> {
  const sector = 2 ** Math.min(head.length >= 52 ? head.readUInt16LE(30) : 9, 12)
  const first = head.length >= 52 ? head.readUInt32LE(48) : 0
  const directory = await readAt(path, (first + 1) * sector, 4096)
  if (directory.includes(Buffer.from('EncryptedPackage', 'utf16le'))) {
    return new TabularError('tabular.encrypted', '文件设有打开密码，请在 Excel 或 WPS 中取消密码、保存后重新上传。')
  }
  return new TabularError('tabular.old_xls', `这是旧版 Excel（.xls）或 WPS（.et）格式。${SAVE_AS}`)
}

/** What a zip that is no workbook most likely is. */
export function notAWorkbook(names: Iterable<string>): TabularError {
  const all = [...names]
  const kind = all.some((name) => name.endsWith('.iwa') || name === 'index.zip')
    ? '这是 Numbers 表格'
    : all.includes('content.xml')
      ? '这是 OpenDocument（.ods）文件'
      : all.some((name) => name.endsWith('workbook.bin'))
        ? '这是二进制 Excel（.xlsb）'
        : '这个压缩包不是 Excel 工作簿'
  return new TabularError('tabular.not_tabular', `${kind}。${SAVE_AS}`)
}

export interface TextFacts {
  encoding: Encoding
  /** Bytes of the byte order mark. */
  bom: number
}

/** Reads the whole file once and decides how it is encoded; text in no known encoding is refused with the byte where it fails. */
export async function sniffEncoding(
  path: string,
  wanted: 'auto' | 'utf-8' | 'gb18030',
  limits: Limits,
  signal?: AbortSignal,
): Promise<TextFacts> {
  await using file = await open(path)
  const { size } = await file.stat()
  if (size > limits.bytes) {
    const message = `文件有 ${Math.ceil(size / 1024 ** 2)} MB，超过上限 ${Math.floor(limits.bytes / 1024 ** 2)} MB，请拆分后分批上传。`
    throw new TabularError('tabular.too_large', message)
  }
  const mark = byteOrderMark(await readAt(path, 0, 4))
  if (mark?.encoding.startsWith('utf-16')) return mark
  const scan = new EncodingScan()
  for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 1024 ** 2 })) {
    signal?.throwIfAborted()
    scan.feed(chunk)
    if (scan.nul || (scan.utf8 && scan.gb18030)) break
  }
  scan.end()
  return { encoding: decide(scan, mark?.encoding ?? wanted), bom: mark?.bom ?? 0 }
}

function byteOrderMark(head: Buffer): TextFacts | undefined {
  const hex = head.toString('hex')
  if (hex.startsWith('efbbbf')) return { encoding: 'utf-8', bom: 3 }
  if (hex.startsWith('fffe')) return { encoding: 'utf-16le', bom: 2 }
  if (hex.startsWith('feff')) return { encoding: 'utf-16be', bom: 2 }
  if (hex.startsWith('84319533')) return { encoding: 'gb18030', bom: 4 }
  return undefined
}

function decide(scan: EncodingScan, wanted: 'auto' | Encoding): Encoding {
  if (scan.nul) {
    throw fault('tabular.binary', scan.nul, '含有空字符，可能是 UTF-16 文本或其他类型的文件')
  }
  if (wanted !== 'gb18030' && !scan.utf8) return 'utf-8'
  if (wanted === 'utf-8') throw fault('tabular.unknown_encoding', scan.utf8, '不是 UTF-8 编码')
  if (wanted === 'auto' && scan.wasUtf8) {
    throw fault('tabular.mixed_encoding', scan.utf8, '不是 UTF-8 编码，而之前的内容是：两种编码混在了一起')
  }
  if (!scan.gb18030) return 'gb18030'
  const where = wanted === 'auto' && scan.utf8 && scan.utf8.byte > scan.gb18030.byte ? scan.utf8 : scan.gb18030
  throw fault('tabular.unknown_encoding', where, '既不是 UTF-8 也不是 GB18030 编码')
}

function fault(
  code: 'tabular.binary' | 'tabular.unknown_encoding' | 'tabular.mixed_encoding',
  at: Fault | undefined,
  what: string,
) {
  const { byte = 1, line = 1 } = at ?? {}
  const message = `文件第 ${line} 行附近（第 ${byte} 个字节）${what}。${SAVE_AS}`
  return new TabularError(code, message, { row: line, byte })
}
