import { expect, it } from 'vitest'
import { isId } from '#kernel/ids'
import { requestId } from './request-id.ts'

it('is a UUIDv7 of this moment, and another one each time, past the end of what was drawn at once', () => {
  const before = Date.now()
  const ids = Array.from({ length: 1000 }, requestId)
  expect(new Set(ids).size).toBe(1000)
  for (const id of ids) {
    expect(isId(id)).toBe(true)
    expect(id[14]).toBe('7')
    const at = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
    expect(at).toBeGreaterThanOrEqual(before)
    expect(at).toBeLessThanOrEqual(Date.now())
  }
})
