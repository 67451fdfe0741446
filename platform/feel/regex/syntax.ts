import {
  type CharacterSet,
  classSet,
  except,
  literalSet,
  multiEscape,
  PatternError,
  propertySet,
  rangeSet,
} from './sets.ts'

/** XPath and XQuery Functions 3.1 §5.6 (XML Schema part 2 appendix G with ^, $, lazy quantifiers and groups). */
export type Tree =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'group'; readonly nth: number; readonly body: Tree }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Tree[] }
  | {
      readonly kind: 'repeat'
      readonly body: Tree
      readonly least: number
      readonly most: number
      readonly greedy: boolean
    }

export interface Flags {
  readonly caseless: boolean
  readonly dotAll: boolean
}

const DEEPEST = 50
const SINGLE: Record<string, string> = { n: '\n', r: '\r', t: '\t' }
const SELF = '\\|.-^?*+{}()[]$'

class Reader {
  readonly text: readonly string[]
  readonly flags: Flags
  at = 0
  groups = 0
  depth = 0
  constructor(source: string, flags: Flags) {
    this.text = [...source]
    this.flags = flags
  }
  get next(): string | undefined {
    return this.text[this.at]
  }
  take(sign: string): boolean {
    if (this.next !== sign) return false
    this.at++
    return true
  }
}

const readChoice = (reader: Reader): Tree => {
  if (++reader.depth > DEEPEST) throw new PatternError('括号嵌套太深')
  const parts = [readSequence(reader)]
  while (reader.take('|')) parts.push(readSequence(reader))
  reader.depth--
  return parts.length === 1 ? parts[0]! : { kind: 'choice', parts }
}

const readSequence = (reader: Reader): Tree => {
  const parts: Tree[] = []
  while (reader.next !== undefined && reader.next !== '|' && reader.next !== ')') parts.push(readRepeated(reader))
  if (parts.length === 0) return { kind: 'empty' }
  return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts }
}

const COUNTS = /^\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/
const readRepeated = (reader: Reader): Tree => {
  const body = readAtom(reader)
  let [least, most] = [1, 1]
  if (reader.take('?')) [least, most] = [0, 1]
  else if (reader.take('*')) [least, most] = [0, Number.POSITIVE_INFINITY]
  else if (reader.take('+')) [least, most] = [1, Number.POSITIVE_INFINITY]
  else if (reader.next === '{') {
    const [whole, from, comma, to] = COUNTS.exec(reader.text.slice(reader.at, reader.at + 12).join('')) ?? []
    if (whole === undefined) throw new PatternError('“{ }”里应为次数')
    reader.at += whole.length
    least = Number(from)
    most = comma === undefined ? least : to === undefined ? Number.POSITIVE_INFINITY : Number(to)
    if (most < least) throw new PatternError('“{ }”里的次数应从小到大')
  } else return body
  const greedy = !reader.take('?')
  if (reader.next !== undefined && '?*+{'.includes(reader.next)) throw new PatternError('重复记号不能连写')
  return { kind: 'repeat', body, least, most, greedy }
}

const readAtom = (reader: Reader): Tree => {
  const sign = reader.next!
  reader.at++
  if (sign === '(') return readGroup(reader)
  if (sign === '[') return { kind: 'set', set: readClass(reader) }
  if (sign === '^') return { kind: 'start' }
  if (sign === '$') return { kind: 'end' }
  if (sign === '.') return { kind: 'set', set: reader.flags.dotAll ? () => true : (code) => code !== 10 && code !== 13 }
  if (sign === '\\') return { kind: 'set', set: readEscape(reader) }
  if ('?*+{}])'.includes(sign)) throw new PatternError(`“${sign}”的位置不对`)
  return { kind: 'set', set: literalSet(sign, reader.flags.caseless) }
}

const readGroup = (reader: Reader): Tree => {
  let nth = 0
  if (reader.take('?')) {
    if (!reader.take(':')) throw new PatternError('不支持“(?”开头的写法，只支持“(?:”')
  } else nth = ++reader.groups
  const body = readChoice(reader)
  if (!reader.take(')')) throw new PatternError('缺少“)”')
  return nth === 0 ? body : { kind: 'group', nth, body }
}

/** The character of a single escape, null when it stands for several. */
const readSingle = (reader: Reader): string | null => {
  const sign = reader.next
  if (sign === undefined) throw new PatternError('末尾多了“\\”')
  if (!Object.hasOwn(SINGLE, sign) && !SELF.includes(sign)) return null
  reader.at++
  return SINGLE[sign] ?? sign
}

const readEscape = (reader: Reader): CharacterSet => {
  const single = readSingle(reader)
  if (single !== null) return literalSet(single, reader.flags.caseless)
  const sign = reader.next!
  reader.at++
  if (sign === 'p' || sign === 'P') {
    const end = reader.text.indexOf('}', reader.at)
    if (reader.next !== '{' || end < 0) throw new PatternError(`“\\${sign}”之后应为“{类别}”`)
    const set = propertySet(reader.text.slice(reader.at + 1, end).join(''))
    reader.at = end + 1
    return sign === 'p' ? set : except(() => true, set)
  }
  if (sign >= '0' && sign <= '9') throw new PatternError('不支持反向引用，它不能保证计算时间')
  return multiEscape(sign)
}

/** From behind `[` to behind `]`; `-[…]` takes a class out. */
const readClass = (reader: Reader): CharacterSet => {
  if (++reader.depth > DEEPEST) throw new PatternError('“[ ]”嵌套太深')
  const negated = reader.take('^')
  const sets: CharacterSet[] = []
  let without: CharacterSet | null = null
  while (!reader.take(']')) {
    if (reader.next === undefined) throw new PatternError('缺少“]”')
    if (reader.next === '-' && reader.text[reader.at + 1] === '[') {
      reader.at += 2
      without = readClass(reader)
      if (!reader.take(']')) throw new PatternError('被减的类别之后应为“]”')
      break
    }
    sets.push(readMember(reader))
  }
  reader.depth--
  if (sets.length === 0) throw new PatternError('“[ ]”里没有内容')
  const whole = classSet(sets, negated)
  return without ? except(whole, without) : whole
}

const readMember = (reader: Reader): CharacterSet => {
  const { caseless } = reader.flags
  const first = readOne(reader)
  if (typeof first !== 'string') return first
  const [dash, then] = [reader.next, reader.text[reader.at + 1]]
  if (dash !== '-' || then === ']' || then === '[' || then === undefined) return literalSet(first, caseless)
  reader.at++
  const last = readOne(reader)
  if (typeof last !== 'string' || last.codePointAt(0)! < first.codePointAt(0)!)
    throw new PatternError('“[ ]”里的范围应从小到大')
  return rangeSet(first, last, caseless)
}

const readOne = (reader: Reader): string | CharacterSet => {
  const sign = reader.next!
  if (sign === '[') throw new PatternError('“[ ]”里的“[”应写成“\\[”')
  reader.at++
  if (sign !== '\\') return sign
  return readSingle(reader) ?? readEscape(reader)
}

/** @throws PatternError */
export const readPattern = (source: string, flags: Flags): { tree: Tree; groups: number } => {
  const reader = new Reader(source, flags)
  const tree = readChoice(reader)
  if (reader.next !== undefined) throw new PatternError('多了“)”')
  return { tree, groups: reader.groups }
}
