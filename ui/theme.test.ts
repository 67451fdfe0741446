import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { base, largePrint, type TokenSet, tokensCss } from './theme.ts'

const luminance = (hex: string) => {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
  const [r = 0, g = 0, b = 0] = channels.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (set: TokenSet, text: string, ground: string) => {
  const [light, dark] = [luminance(set[text]!), luminance(set[ground]!)].sort((a, b) => b - a)
  return (light! + 0.05) / (dark! + 0.05)
}

const pairs = [
  ...['ink-1', 'ink-2', 'ink-3', 'primary'].flatMap((text) =>
    ['surface', 'canvas', 'sunken', 'hover'].map((ground) => [text, ground] as const),
  ),
  ['on-fill', 'primary'],
  ['on-fill', 'primary-hover'],
  ['primary', 'primary-soft'],
  ['primary-active', 'primary-soft-2'],
  ['ink-2', 'fill'],
  ['ok', 'ok-soft'],
  ['warn', 'warn-soft'],
  ['over', 'over-soft'],
  ['ok', 'surface'],
  ['warn', 'surface'],
  ['over', 'surface'],
] as const

describe('theme', () => {
  it('is the same in CSS as in antd', () => {
    expect(readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')).toBe(tokensCss())
  })
  it.each(pairs)('%s on %s is at least 4.5:1', (text, ground) => {
    expect(contrast(base, text, ground)).toBeGreaterThanOrEqual(4.5)
  })
  it.each(pairs)('%s on %s is at least 7:1 in large print', (text, ground) => {
    expect(contrast({ ...base, ...largePrint }, text, ground)).toBeGreaterThanOrEqual(7)
  })
})
