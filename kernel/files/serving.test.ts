import { describe, expect, it } from 'vitest'
import { contentDisposition, fileHeaders } from './index.ts'

const disposition = (mediaType: string, name = 'a') => contentDisposition({ name, mediaType }).split(';')[0]

describe('serving a stored file', () => {
  it.each(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf', 'text/plain; charset=gb18030'])(
    'shows %s',
    (mediaType) => {
      expect(disposition(mediaType)).toBe('inline')
      expect(fileHeaders({ name: 'a', mediaType })['content-type']).toBe(mediaType)
      expect(contentDisposition({ name: 'a', mediaType }, 'attachment')).toMatch(/^attachment;/)
    },
  )

  it.each([
    'text/html; charset=utf-8',
    'image/svg+xml',
    'application/xml',
    'text/xml',
    'text/javascript',
    'application/javascript',
    'application/xhtml+xml',
    'application/zip',
    'application/octet-stream',
    'image/tiff',
    'TEXT/HTML',
    'text/plainx',
    '',
  ])('never shows %s, and sends it as opaque bytes', (mediaType) => {
    expect(disposition(mediaType)).toBe('attachment')
    const headers = fileHeaders({ name: 'x.html', mediaType }, 'inline')
    expect(headers['content-type']).toBe('application/octet-stream')
    expect(headers['content-security-policy']).toContain('sandbox')
  })

  it('always forbids sniffing and scripts', () => {
    for (const mediaType of ['image/png', 'application/pdf', 'text/plain; charset=utf-8', 'text/html']) {
      const headers = fileHeaders({ name: 'a', mediaType })
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['content-security-policy']).toContain("default-src 'none'")
    }
  })

  it('writes the name in both forms', () => {
    expect(contentDisposition({ name: '通知 (1).pdf', mediaType: 'application/pdf' })).toBe(
      `inline; filename="__ (1).pdf"; filename*=UTF-8''%E9%80%9A%E7%9F%A5%20%281%29.pdf`,
    )
    expect(contentDisposition({ name: 'plain.png', mediaType: 'image/png' })).toBe(
      `inline; filename="plain.png"; filename*=UTF-8''plain.png`,
    )
  })

  it.each(['a"b.txt', 'a\\b.txt', 'a%22b.txt', "a'b*c.txt", '𠮷.txt', 'a;b=c.txt', 'x\r\nSet-Cookie: a=b'])(
    'lets no name break out of the header: %j',
    (name) => {
      const value = contentDisposition({ name, mediaType: 'text/plain' })
      expect(value).toMatch(/^inline; filename="[^"\\%\r\n]*"; filename\*=UTF-8''[\w!#$&+.^`|~%-]+$/)
      expect(decodeURIComponent(value.split("UTF-8''")[1]!)).toBe(name)
    },
  )
})
