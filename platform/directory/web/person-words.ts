import { maskableFields, type PersonCard, type PersonRow, postKinds } from '../contract.ts'

type Maskable = keyof typeof maskableFields
const isMaskable = (field: string): field is Maskable => field in maskableFields

/** `手机号、办公电话` */
export const maskedWords = (masked: readonly string[]): string =>
  masked
    .filter(isMaskable)
    .map((field) => maskableFields[field])
    .join('、')

/** What the 职务 column says: 副主任 • 分管文电. */
export const titleOf = (row: Pick<PersonRow, 'title' | 'charge'>): string[] =>
  [row.title, row.charge && (row.charge.startsWith('分管') ? row.charge : `分管${row.charge}`)].filter(
    (text): text is string => Boolean(text),
  )

/** Where a person of another unit belongs: 县政府办公室 • 综合科 • 科长, nothing twice. */
export const placeOf = (row: Pick<PersonRow, 'orgName' | 'unitName' | 'title'>): string[] =>
  [...new Set([row.orgName, row.unitName, row.title])].filter(Boolean)

/** Everything a colleague needs to reach somebody, as lines to paste. What is masked is not in it. */
export function copyText(card: PersonCard, post: PersonCard['posts'][number] | undefined): string {
  const lines: [string, string | null | undefined][] = [
    ['', card.name],
    [
      '',
      post && [post.org.name, post.unit.id === post.org.id ? '' : post.unit.name, post.title].filter(Boolean).join(' '),
    ],
    ['办公电话', post?.phone],
    ['手机', card.mobile],
    ['电子邮箱', card.email],
    ['办公地点', post?.room],
  ]
  return lines
    .filter(([, value]) => value)
    .map(([label, value]) => (label ? `${label} ${value}` : value))
    .join('\n')
}

/** `2024年3月起`, `2026年10月至2027年4月` */
export function termOf(post: Pick<PersonCard['posts'][number], 'validFrom' | 'validTo'>): string {
  const month = (day: string) => `${Number(day.slice(0, 4))}年${Number(day.slice(5, 7))}月`
  return post.validTo ? `${month(post.validFrom)}至${month(post.validTo)}` : `${month(post.validFrom)}起`
}

export const postKindWord = (kind: keyof typeof postKinds): string => postKinds[kind]

/** Keyboards write v for ü; readers do not. Same length, so that marks stay in place. */
export const shownPinyin = (pinyin: string): string => pinyin.replaceAll('v', 'ü')

/** A number as the telephone wants it. */
export const telHref = (number: string): string => `tel:${number.replace(/[^\d+*#,;]/g, '')}`
