import { expect, it } from 'vitest'
import { createAttempts } from './attempts.ts'

it('keeps the key of a command until its answer is known', () => {
  const attempts = createAttempts()
  const first = attempts.keyFor({ id: 'a' })
  const other = attempts.keyFor({ id: 'b' })
  expect(other).not.toBe(first)
  attempts.settled({ id: 'a' }, false)
  expect(attempts.keyFor({ id: 'a' })).toBe(first)
  attempts.settled({ id: 'a' }, true)
  expect(attempts.keyFor({ id: 'a' })).not.toBe(first)
  expect(attempts.keyFor({ id: 'b' })).toBe(other)
})

it('tells two files apart', () => {
  const attempts = createAttempts()
  const file = (name: string) => new File(['x'], name, { lastModified: 1 })
  const key = attempts.keyFor({ id: 'a', file: file('一.pdf') })
  expect(attempts.keyFor({ id: 'a', file: file('二.pdf') })).not.toBe(key)
  expect(attempts.keyFor({ id: 'a', file: file('一.pdf') })).toBe(key)
})
