const MAX_LENGTH = 200
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i

/** A file name that is safe in a header, on a page and on any desktop: last path segment only, no control, bidirectional or
 * invisible characters, nothing Windows refuses, at most 200 UTF-16 units with the extension kept. */
export function safeFileName(name: string): string {
  const clean = name
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]/gu, '')
    .replace(/^.*[/\\]/s, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\p{Zs}+/gu, ' ')
    .replace(/^[. ]+|[. ]+$/g, '')
    .replace(RESERVED, '_$&')
  return shorten(clean) || '未命名'
}

function shorten(name: string): string {
  if (name.length <= MAX_LENGTH) return name
  const extension = /\.[\p{L}\p{N}]{1,16}$/u.exec(name)?.[0] ?? ''
  const stem = name.slice(0, MAX_LENGTH - extension.length)
  // A cut through a surrogate pair leaves half a character; drop it.
  return (stem.isWellFormed() ? stem : stem.slice(0, -1)).replace(/[. ]+$/, '') + extension
}
