export interface SearchGroup {
  /** 本单位, 本县; may be empty when a kind has one group only */
  title: string
  /** as the reader should see it; searches never count past 20: `20+` */
  count?: string
  items: SearchItem[]
}

/** `[start, end)` in UTF-16 units of the text beside it. */
export type Range = readonly [start: number, end: number]

export interface SearchItem {
  id: string
  title: string
  titleRanges?: readonly Range[]
  /** pinyin, number of a document */
  sub?: string
  subRanges?: readonly Range[]
  /** where it belongs: 县政府办公室 • 综合科科长 */
  meta?: string
  /** name for the round picture; without it a plain line is drawn */
  avatar?: string
  /** what Enter does, in words: 发消息 */
  enter: SearchAction
  /** what → does: 打开名片 */
  right?: SearchAction
}

/** Either a page to open or something to do. */
export type SearchAction = { label: string; to: string } | { label: string; run: () => void }

export interface Command {
  id: string
  title: string
  /** pinyin, initials and other words that should find it */
  keywords?: readonly string[]
  action: SearchAction
  permission?: string
}
