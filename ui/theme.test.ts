import { readFileSync } from 'node:fs'
import { theme } from 'antd'
import { describe, expect, it } from 'vitest'
import { antdTheme, base, largePrint, type TokenSet, tokensCss } from './theme.ts'

const luminance = (hex: string) => {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
  const [r = 0, g = 0, b = 0] = channels.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (text = '', ground = '') => {
  const [light, dark] = [luminance(text), luminance(ground)].sort((a, b) => b - a)
  return (light! + 0.05) / (dark! + 0.05)
}

// every colour that letters have, on every ground they may stand on; ink-4 and the marks colour signs, never letters
const letters = ['ink-1', 'ink-2', 'ink-3', 'primary', 'primary-hover', 'primary-active', 'ok', 'warn', 'over']
const grounds = [
  ...['surface', 'raised', 'paper', 'canvas', 'sunken', 'hover', 'fill', 'desk'],
  ...['primary-soft', 'primary-soft-2', 'ok-soft', 'warn-soft', 'over-soft'],
]
const pairs = [
  ...letters.flatMap((text) => grounds.map((ground) => [text, ground] as const)),
  ...['primary', 'primary-hover', 'primary-active', 'over', 'ok'].map((ground) => ['on-fill', ground] as const),
]
// what antd derives from them for its own states
const antdPairs = [
  ...['Error', 'ErrorHover', 'ErrorActive', 'PrimaryHover', 'PrimaryActive'].map(
    (of) => ['TextLightSolid', of] as const,
  ),
  ...['Error', 'ErrorHover', 'Link', 'LinkHover', 'LinkActive', 'TextPlaceholder', 'TextDisabled', 'Icon'].map(
    (of) => [of, 'BgContainer'] as const,
  ),
  ...['ErrorText', 'ErrorTextHover'].flatMap((of) => [[of, 'ErrorBg'] as const, [of, 'ErrorBgHover'] as const]),
  ['WarningText', 'WarningBg'],
  ['SuccessText', 'SuccessBg'],
] as const
const tokensOf = (large: boolean): TokenSet => ({ ...base, ...(large ? largePrint : {}) })
const antdOf = (large: boolean): TokenSet =>
  Object.fromEntries(Object.entries(theme.getDesignToken(antdTheme({ large, phone: false }))))

describe('theme', () => {
  it('is the same in CSS as in antd', () => {
    expect(readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')).toBe(tokensCss())
  })
  it.each([
    [false, 4.5],
    [true, 7],
  ])('has letters that stand out, large print %s: at least %d:1', (large, least) => {
    const tokens = tokensOf(large)
    const antd = antdOf(large)
    const faint = [
      ...pairs.map(([text, ground]) => [text, ground, contrast(tokens[text], tokens[ground])] as const),
      ...antdPairs.map(
        ([text, ground]) => [text, ground, contrast(antd[`color${text}`], antd[`color${ground}`])] as const,
      ),
    ].filter(([, , ratio]) => !(ratio >= least))
    expect(faint).toEqual([])
  })
})
