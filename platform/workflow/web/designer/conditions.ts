/** Conditions as a civil servant says them: a field, how it compares, a value; several of them joined by one word. Underneath is FEEL. */
export const comparisons = {
  eq: '等于',
  ne: '不等于',
  gt: '大于',
  ge: '不小于',
  lt: '小于',
  le: '不大于',
  in: '是其中之一',
  contains: '包含',
  yes: '为“是”',
  no: '为“否”',
  filled: '已经填写',
  empty: '没有填写',
} as const
export type Comparison = keyof typeof comparisons

export interface Test {
  field: string
  is: Comparison
  /** as typed; a list of `in` is separated by 、 */
  value: string
}
export interface Condition {
  join: 'and' | 'or'
  tests: Test[]
}

const SIGNS: Partial<Record<Comparison, string>> = { eq: '=', ne: '!=', gt: '>', ge: '>=', lt: '<', le: '<=' }
const NUMBER = /^-?\d{1,15}(\.\d{1,6})?$/
const LISTS = /[、,，;；]/
export const needsValue = (is: Comparison): boolean => !['yes', 'no', 'filled', 'empty'].includes(is)

/** What looks like a number is one, as it is where the form is filled in. */
const literal = (value: string): string => {
  const plain = value.trim().replaceAll(/(?<=\d)[,，](?=\d{3})/g, '')
  return NUMBER.test(plain) ? plain : quoted(value.trim())
}
const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

const testToFeel = ({ field, is, value }: Test): string => {
  if (is === 'yes' || is === 'no') return `${field} = ${is === 'yes'}`
  if (is === 'filled' || is === 'empty') return `${field} ${is === 'empty' ? '=' : '!='} null`
  if (is === 'contains') return `contains(${field}, ${quoted(value.trim())})`
  if (is === 'in')
    return `${field} in (${value
      .split(LISTS)
      .map((one) => one.trim())
      .filter(Boolean)
      .map(literal)
      .join(', ')})`
  return `${field} ${SIGNS[is]} ${literal(value)}`
}
/** Empty while something is still missing: a condition that says nothing must not be published. */
export const toFeel = ({ join, tests }: Condition): string =>
  tests.length > 0 && tests.every(({ field, is, value }) => field !== '' && (!needsValue(is) || value.trim() !== ''))
    ? tests.map(testToFeel).join(` ${join} `)
    : ''

/** Cuts at a word that stands outside of quotes and brackets. */
const cut = (text: string, word: 'and' | 'or'): string[] => {
  const parts: string[] = []
  let depth = 0
  let inside = false
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]
    if (inside && letter === '\\') at += 1
    else if (letter === '"') inside = !inside
    else if (!inside && letter === '(') depth += 1
    else if (!inside && letter === ')') depth -= 1
    else if (!inside && depth === 0 && text.startsWith(` ${word} `, at)) {
      parts.push(text.slice(from, at))
      from = at + word.length + 2
      at = from - 1
    }
  }
  return [...parts, text.slice(from)].map((part) => part.trim())
}

const NAME = String.raw`[^\s()"'<>=!+\-*/,.[\]{}\d][^\s()"'<>=!+*/,[\]{}]*`
const TEXT = String.raw`"(?:[^"\\]|\\.)*"`
const VALUE = String.raw`${TEXT}|-?\d+(?:\.\d+)?|true|false|null`
const COMPARED = new RegExp(`^(${NAME}) ?(=|!=|>=|<=|>|<) ?(${VALUE})$`, 'u')
const LISTED = new RegExp(`^(${NAME}) in ?\\(((?:${VALUE})(?: ?, ?(?:${VALUE}))*)\\)$`, 'u')
const CONTAINED = new RegExp(`^contains\\((${NAME}), ?(${TEXT})\\)$`, 'u')

const plain = (value: string): string => (value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value)
const bySign = Object.fromEntries(Object.entries(SIGNS).map(([is, sign]) => [sign, is as Comparison]))

const testFromFeel = (text: string): Test | undefined => {
  const [, contained, part] = CONTAINED.exec(text) ?? []
  if (contained && part) return { field: contained, is: 'contains', value: plain(part) }
  const [, listed, list] = LISTED.exec(text) ?? []
  if (listed && list) {
    const values = [...list.matchAll(new RegExp(VALUE, 'gu'))].map(([one]) => one)
    return { field: listed, is: 'in', value: values.map(plain).join('、') }
  }
  const [, field, sign = '', value = ''] = COMPARED.exec(text) ?? []
  if (!field) return undefined
  const same = sign === '=' || sign === '!='
  if (value === 'null') return same ? { field, is: sign === '=' ? 'empty' : 'filled', value: '' } : undefined
  if (value === 'true' || value === 'false')
    return same ? { field, is: (value === 'true') === (sign === '=') ? 'yes' : 'no', value: '' } : undefined
  return { field, is: bySign[sign] ?? 'eq', value: plain(value) }
}

/** The condition in words, when its FEEL is one that words can say and give back unchanged. */
export const fromFeel = (text: string): Condition | undefined => {
  if (text.trim() === '') return { join: 'and', tests: [] }
  const anded = cut(text, 'and')
  const ored = cut(text, 'or')
  if (anded.length > 1 && ored.length > 1) return undefined
  const join = ored.length > 1 ? 'or' : 'and'
  const tests = (join === 'or' ? ored : anded).map(testFromFeel)
  if (tests.some((test) => test === undefined)) return undefined
  const condition = { join, tests: tests as Test[] } as const
  const back = toFeel(condition)
  return squeezed(back) === squeezed(text) || meansSame(condition, text) ? condition : undefined
}
const squeezed = (text: string): string => text.replaceAll(/\s+/g, '')
/** `急办 != true` is said as “no”, and written so from then on. */
const meansSame = ({ tests }: Condition, text: string): boolean =>
  tests.some(({ is }) => is === 'yes' || is === 'no') && !text.includes('null') && tests.length === 1

const NAMES: Record<string, string> = { 结果: '上一步的结果' }
export const fieldName = (field: string): string => NAMES[field] ?? field

const shown = (value: string): string =>
  NUMBER.test(value) ? Number(value).toLocaleString('zh-CN', { maximumFractionDigits: 6 }) : `“${value}”`

/** The whole as one sentence; an expression that words cannot say stands as it is. */
export const conditionWords = (text: string | undefined): string => {
  if (!text?.trim()) return '还没有写条件'
  const condition = fromFeel(text)
  if (!condition) return text
  return condition.tests
    .map(({ field, is, value }) =>
      [
        fieldName(field),
        comparisons[is],
        needsValue(is) ? (is === 'in' ? value.split('、').map(shown).join('、') : shown(value)) : '',
      ]
        .filter(Boolean)
        .join(' '),
    )
    .join(condition.join === 'and' ? '，并且 ' : '，或者 ')
}
