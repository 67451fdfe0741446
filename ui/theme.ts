import type { ThemeConfig } from 'antd'

/**
 * The only place where colours, sizes and shadows are written down. `ui/tokens.css` is `tokensCss()` word for word
 * (a test compares them); antd gets the same values through `antdTheme`.
 */

export type TokenSet = Readonly<Record<string, string>>

const sizes = (pairs: readonly (readonly [name: number, size: number, line: number])[]): TokenSet =>
  Object.fromEntries(
    pairs.flatMap(([name, size, line]) => [
      [`fs-${name}`, `${size}px`],
      [`lh-${name}`, `${line}px`],
    ]),
  )

export const base: TokenSet = {
  // the bundled face stands last: where a system has its own Chinese face nothing is downloaded
  'font-sans': '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif',
  'font-song': '"FZXiaoBiaoSong-B05S", "方正小标宋_GBK", "Noto Serif CJK SC", SimSun, serif',
  'font-fang': '"FangSong_GB2312", "仿宋_GB2312", FangSong, STFangsong, FandolFang, serif',
  'font-kai': 'STXingkai, "LXGW WenKai", KaiTi, STKaiti, serif',

  'ink-1': '#161b24',
  'ink-2': '#434b59',
  'ink-3': '#5f6775',
  'ink-4': '#8791a0',
  canvas: '#f3f4f7',
  surface: '#ffffff',
  raised: '#ffffff',
  sunken: '#f8f9fb',
  hover: '#f0f2f5',
  fill: '#e8eaee',
  desk: '#e9ebef',
  paper: '#fffefc',
  line: '#e4e7ec',
  'line-strong': '#cdd2da',
  'on-fill': '#ffffff',
  veil: 'rgba(22, 27, 36, 0.22)',

  primary: '#1b4585',
  'primary-hover': '#28579f',
  'primary-active': '#123363',
  'primary-soft': '#ebf0f8',
  'primary-soft-2': '#dde6f3',
  'primary-line': '#b7c8e2',
  focus: '#28579f',

  ok: '#1a6b45',
  'ok-mark': '#2b8f60',
  'ok-soft': '#eaf4ef',
  warn: '#855000',
  'warn-mark': '#c98206',
  'warn-soft': '#fdf5e6',
  'warn-line': '#ecd5a4',
  over: '#b1241c',
  'over-mark': '#c9352c',
  'over-soft': '#fcefee',
  'over-line': '#ecc3bf',
  'official-red': '#c8101a',

  ...sizes([
    [12, 12, 18],
    [13, 13, 20],
    [14, 14, 22],
    [16, 16, 24],
    [20, 20, 28],
    [24, 24, 32],
    [30, 30, 36],
  ]),
  'fw-body': '400',
  'fw-strong': '600',

  's-4': '4px',
  's-8': '8px',
  's-12': '12px',
  's-16': '16px',
  's-24': '24px',
  's-32': '32px',
  's-48': '48px',
  /* what a page keeps free at its sides */
  inset: '32px',

  'r-4': '4px',
  'r-6': '6px',
  'r-10': '10px',
  'r-16': '16px',

  'sh-1': '0 1px 2px rgba(22, 27, 36, 0.06)',
  'sh-2': '0 12px 32px rgba(22, 27, 36, 0.14), 0 2px 6px rgba(22, 27, 36, 0.06)',

  'h-top': '56px',
  'w-rail': '72px',
  'h-foot': '24px',
  'h-ctl': '32px',
  'h-ctl-sm': '24px',
  'h-ctl-lg': '40px',
  'h-row': '40px',
  'h-row-sm': '32px',
  'h-row-lg': '64px',
  'h-bar': '64px',
  tap: '44px',

  't-fast': '120ms',
  't-mid': '200ms',
}

/** 390 px is designed: body 16 px, every target at least 44 px. */
export const phone: TokenSet = {
  ...sizes([
    [12, 13, 18],
    [13, 14, 22],
    [14, 16, 24],
    [16, 17, 26],
    [20, 20, 28],
    [24, 24, 32],
    [30, 28, 36],
  ]),
  inset: '16px',
  'h-top': '52px',
  'h-ctl': '44px',
  'h-ctl-sm': '36px',
  'h-ctl-lg': '52px',
  'h-row': '56px',
  'h-row-sm': '44px',
  'h-row-lg': '72px',
  'h-bar': '72px',
}

/** Row heights only; letters never shrink. */
export const compact: TokenSet = { 'h-row': '32px', 'h-row-sm': '28px', 'h-row-lg': '56px' }

/** Its own sizes, not a zoom: body 20 px, contrast at least 7:1. */
export const largePrint: TokenSet = {
  ...sizes([
    [12, 16, 24],
    [13, 18, 28],
    [14, 20, 32],
    [16, 22, 32],
    [20, 26, 36],
    [24, 30, 40],
    [30, 40, 48],
  ]),
  'ink-2': '#2c323d',
  'ink-3': '#3d4451',
  'ink-4': '#5f6775',
  ok: '#0f5132',
  warn: '#633a00',
  over: '#8a1711',
  primary: '#143a73',
  'primary-hover': '#1b4585',
  line: '#c4cad3',
  'line-strong': '#8d95a1',
  'h-top': '72px',
  'w-rail': '96px',
  'h-foot': '32px',
  'h-ctl': '48px',
  'h-ctl-sm': '36px',
  'h-ctl-lg': '56px',
  'h-row': '56px',
  'h-row-sm': '48px',
  'h-row-lg': '88px',
  'h-bar': '88px',
  tap: '56px',
}

/** The line between the phone and everything wider, in px. */
export const PHONE_BELOW = 768

/** The text of `ui/tokens.css`. */
export function tokensCss(): string {
  const block = (selector: string, set: TokenSet, indent = '') =>
    `${indent}${selector} {\n${Object.entries(set)
      .map(([name, value]) => `${indent}  --${name}: ${value};`)
      .join('\n')}\n${indent}}\n`
  return [
    '/* Written by tokensCss() of ui/theme.ts; ui/theme.test.ts compares the two. */\n',
    block(':root', base),
    block('[data-density="compact"]', compact),
    `@media (max-width: ${PHONE_BELOW - 1}px) {\n${block(':root', phone, '  ')}}\n`,
    block(':root[data-print="large"]', largePrint),
    `@media (prefers-reduced-motion: reduce) {\n${block(':root', { 't-fast': '0ms', 't-mid': '0ms' }, '  ')}}\n`,
  ].join('\n')
}

export interface Look {
  large: boolean
  phone: boolean
}

type Token = NonNullable<ThemeConfig['token']>

const colours = (text: (name: string) => string): Token => ({
  colorText: text('ink-1'),
  colorTextSecondary: text('ink-2'),
  colorTextTertiary: text('ink-3'),
  colorTextPlaceholder: text('ink-3'),
  colorTextDisabled: text('ink-3'),
  colorTextQuaternary: text('ink-4'),
  colorTextDescription: text('ink-3'),
  colorBgLayout: text('canvas'),
  colorBgContainer: text('surface'),
  colorBgElevated: text('raised'),
  colorFillQuaternary: text('sunken'),
  controlItemBgHover: text('hover'),
  controlItemBgActive: text('primary-soft'),
  colorFill: text('fill'),
  colorBorderSecondary: text('line'),
  colorBorder: text('line-strong'),
  colorTextLightSolid: text('on-fill'),
  colorBgMask: text('veil'),
  colorPrimary: text('primary'),
  colorPrimaryHover: text('primary-hover'),
  colorPrimaryActive: text('primary-active'),
  colorPrimaryBg: text('primary-soft'),
  colorPrimaryBgHover: text('primary-soft-2'),
  colorPrimaryBorder: text('primary-line'),
  colorLink: text('primary'),
  colorLinkHover: text('primary-hover'),
  colorLinkActive: text('primary-active'),
  colorInfo: text('primary'),
  colorInfoBg: text('primary-soft'),
  colorInfoBorder: text('primary-line'),
  colorSuccess: text('ok'),
  colorSuccessBg: text('ok-soft'),
  colorWarning: text('warn'),
  colorWarningBg: text('warn-soft'),
  colorWarningBorder: text('warn-line'),
  colorError: text('over'),
  colorErrorBg: text('over-soft'),
  // what antd would derive is too near to the letters on it
  colorErrorBgHover: text('over-soft'),
  colorErrorText: text('over'),
  colorErrorTextHover: text('over'),
  colorErrorBorder: text('over-line'),
})

const measures = (text: (name: string) => string): Token => {
  const px = (name: string) => Number.parseFloat(text(name))
  const lineHeight = (name: number) => px(`lh-${name}`) / px(`fs-${name}`)
  return {
    fontFamily: text('font-sans'),
    fontSize: px('fs-14'),
    fontSizeSM: px('fs-12'),
    fontSizeLG: px('fs-16'),
    fontSizeHeading2: px('fs-30'),
    fontSizeHeading3: px('fs-24'),
    fontSizeHeading4: px('fs-20'),
    lineHeight: lineHeight(14),
    lineHeightSM: lineHeight(12),
    lineHeightLG: lineHeight(16),
    fontWeightStrong: 600,
    borderRadiusSM: px('r-4'),
    borderRadius: px('r-6'),
    borderRadiusLG: px('r-10'),
    controlHeight: px('h-ctl'),
    controlHeightSM: px('h-ctl-sm'),
    controlHeightLG: px('h-ctl-lg'),
    boxShadow: text('sh-2'),
    boxShadowSecondary: text('sh-2'),
    boxShadowTertiary: text('sh-1'),
    motionDurationFast: '0.12s',
    motionDurationMid: '0.2s',
    motionDurationSlow: '0.2s',
  }
}

/** The antd side of the same tokens. */
export function antdTheme({ large, phone: onPhone }: Look): ThemeConfig {
  const tokens: TokenSet = { ...base, ...(onPhone ? phone : {}), ...(large ? largePrint : {}) }
  const text = (name: string) => tokens[name] ?? ''
  return {
    hashed: false,
    cssVar: { key: 'qt' },
    token: { ...colours(text), ...measures(text) },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 400 },
      Drawer: { paddingLG: Number.parseFloat(text('s-24')) },
    },
  }
}
