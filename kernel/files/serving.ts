import type { StoredFile } from './store.ts'

// What a browser can show without running anything of it. HTML, SVG, XML and scripts are never among them.
const INLINE = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf', 'text/plain'])

type Served = Pick<StoredFile, 'name' | 'mediaType'>

/** The Content-Disposition of RFC 6266, the name in both forms of RFC 8187. `inline` asks for it; only harmless types get it. */
export function contentDisposition(file: Served, wish: 'inline' | 'attachment' = 'inline'): string {
  const kind = wish === 'inline' && canShow(file) ? 'inline' : 'attachment'
  // Percent signs and quotes are read differently by different browsers in the plain form, so they never get there.
  const plain = file.name.replace(/[^\x20-\x7e]|["\\%]/gu, '_')
  const full = encodeURIComponent(file.name.toWellFormed()).replace(
    /['()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${plain}"; filename*=UTF-8''${full}`
}

/** Every header a stored file is served with. What may not be shown is sent as opaque bytes, so no browser can be talked into running it. */
export function fileHeaders(file: Served, wish: 'inline' | 'attachment' = 'inline'): Record<string, string> {
  return {
    'content-type': canShow(file) ? file.mediaType : 'application/octet-stream',
    'content-disposition': contentDisposition(file, wish),
    'content-security-policy': policy(file),
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  }
}

function canShow(file: Served): boolean {
  return INLINE.has(essence(file.mediaType))
}

function essence(mediaType: string): string {
  return mediaType.split(';', 1)[0]!.trim().toLowerCase()
}

// Chromium shows no PDF in a sandboxed document. Its viewer is an isolated process of its own, so the policy without `sandbox` is enough.
function policy(file: Served): string {
  const isPdf = essence(file.mediaType) === 'application/pdf'
  const base =
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
  return isPdf ? `${base}; object-src 'self'` : `${base}; sandbox`
}
