import { malformed, X509Error } from './x509-error.ts'

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]*)-----END \1-----/g

/** Base64 between its lines (RFC 7468). */
export const toPem = (label: string, der: Uint8Array): string => {
  const lines = Buffer.from(der)
    .toString('base64')
    .match(/.{1,64}/g)
  return `-----BEGIN ${label}-----\n${(lines ?? []).join('\n')}\n-----END ${label}-----\n`
}

/**
 * The DER values of a file that is PEM (every block with the label), or one DER value. Text between the blocks is passed over, as tools
 * write explanations there; a file that announces a block it does not finish is refused.
 */
export const readPem = (file: Uint8Array, labels: readonly string[], limit: number): Buffer[] => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  if (bytes.length > limit) throw new X509Error('too-large', `文件超过 ${Math.floor(limit / 1024)} KB 的上限。`)
  if (bytes[0] === 0x30) return [bytes]
  const text = bytes.toString('latin1')
  const blocks = [...text.matchAll(BLOCK)]
  if (blocks.length === 0 || blocks.length !== text.split('-----BEGIN ').length - 1)
    throw malformed('这不是 PEM 或 DER 格式的文件')
  const wanted = blocks.filter(([, label]) => labels.includes(label!)).map(([, , body]) => fromBase64(body!))
  if (wanted.length === 0) throw malformed(`文件里没有 ${labels[0]}`)
  return wanted
}

// Buffer skips what is not base64; what it would skip is refused here.
const fromBase64 = (body: string): Buffer => {
  const packed = body.replaceAll(/\s/g, '')
  const bytes = Buffer.from(packed, 'base64')
  if (packed === '' || bytes.toString('base64') !== packed) throw malformed('Base64 编码有误')
  return bytes
}
