import { expect, it } from 'vitest'
import { pullOf, swipeOf } from './gestures.ts'

it.each([
  [{ dx: 80, dy: 10, ms: 200 }, 'right'],
  [{ dx: -80, dy: -30, ms: 200 }, 'left'],
  [{ dx: 63, dy: 0, ms: 200 }, undefined],
  [{ dx: 80, dy: 41, ms: 200 }, undefined],
  [{ dx: 300, dy: 0, ms: 601 }, undefined],
  [{ dx: 0, dy: 0, ms: 0 }, undefined],
] as const)('%j swipes %s', (stroke, way) => {
  expect(swipeOf(stroke)).toBe(way)
})

it.each([
  [{ dx: 0, dy: 100 }, 50],
  [{ dx: 0, dy: 900 }, 112],
  [{ dx: 0, dy: -100 }, 0],
  [{ dx: 60, dy: 100 }, 0],
  [{ dx: 0, dy: 0 }, 0],
])('%j gives way by %i px', (stroke, px) => {
  expect(pullOf(stroke)).toBe(px)
})
