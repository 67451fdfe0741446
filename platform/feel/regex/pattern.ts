import type { Run } from '../run.ts'
import { type CharacterSet, PatternError } from './sets.ts'
import { type Flags, readPattern, type Tree } from './syntax.ts'

/**
 * A pattern as a program for parallel threads (Thompson, Pike): at each character every thread moves once, so the time
 * is at most text × program whatever the pattern; (a+)+$ is as quick as a+$.
 */
type Instruction =
  | { readonly do: 'set'; readonly set: CharacterSet }
  | { readonly do: 'fork'; first: number; second: number }
  | { readonly do: 'jump'; to: number }
  | { readonly do: 'save'; readonly slot: number }
  | { readonly do: 'start' | 'end' | 'match' }

/** Counted repetitions are written out, so their product is bounded. */
const LONGEST = 4000

type Program = Instruction[]
const emit = (program: Program, instruction: Instruction): void => {
  program.push(instruction)
}

/** How many instructions a tree becomes, told without writing them; an empty part counts, as it is written too. */
const sizeOf = (tree: Tree): number => {
  if (tree.kind === 'group') return sizeOf(tree.body) + 2
  if (tree.kind === 'sequence' || tree.kind === 'choice')
    return tree.parts.reduce((size, part) => size + sizeOf(part) + 2, 1)
  if (tree.kind !== 'repeat') return 1
  const { body, least, most } = tree
  const again = most === Number.POSITIVE_INFINITY ? 1 : most - least
  return (least + again) * (sizeOf(body) + 2)
}

const emitFork = (program: Program, greedy: boolean, body: () => void, back: number | null): void => {
  const fork = { do: 'fork' as const, first: 0, second: 0 }
  const at = program.length
  emit(program, fork)
  body()
  if (back !== null) emit(program, { do: 'jump', to: back === -1 ? at : back })
  const [inside, behind] = [at + 1, program.length]
  fork.first = greedy ? inside : behind
  fork.second = greedy ? behind : inside
}

const emitTree = (program: Program, tree: Tree): void => {
  if (tree.kind === 'set') emit(program, { do: 'set', set: tree.set })
  else if (tree.kind === 'start' || tree.kind === 'end') emit(program, { do: tree.kind })
  else if (tree.kind === 'sequence') for (const part of tree.parts) emitTree(program, part)
  else if (tree.kind === 'choice') emitChoice(program, tree.parts)
  else if (tree.kind === 'repeat') emitRepeat(program, tree)
  else if (tree.kind === 'group') {
    emit(program, { do: 'save', slot: tree.nth * 2 })
    emitTree(program, tree.body)
    emit(program, { do: 'save', slot: tree.nth * 2 + 1 })
  }
}

const emitChoice = (program: Program, parts: readonly Tree[]): void => {
  const jumps: { do: 'jump'; to: number }[] = []
  for (const [nth, part] of parts.entries()) {
    if (nth === parts.length - 1) emitTree(program, part)
    else {
      const jump = { do: 'jump' as const, to: 0 }
      jumps.push(jump)
      emitFork(
        program,
        true,
        () => {
          emitTree(program, part)
          emit(program, jump)
        },
        null,
      )
    }
  }
  for (const jump of jumps) jump.to = program.length
}

const emitRepeat = (program: Program, { body, least, most, greedy }: Extract<Tree, { kind: 'repeat' }>): void => {
  for (let times = 0; times < least; times++) emitTree(program, body)
  const optional = (left: number): void => {
    const again = (): void => {
      emitTree(program, body)
      optional(left - 1)
    }
    if (left > 0) emitFork(program, greedy, again, null)
  }
  if (most === Number.POSITIVE_INFINITY) emitFork(program, greedy, () => emitTree(program, body), -1)
  else optional(most - least)
}

interface Thread {
  readonly at: number
  readonly saves: readonly number[]
}

/** Threads of one step in order of preference, each instruction once. */
class Threads {
  list: Thread[] = []
  readonly #seen: Int32Array
  #generation = 0
  constructor(size: number) {
    this.#seen = new Int32Array(size)
  }
  clear(): void {
    this.list = []
    this.#generation++
  }
  /** Whether it is here for the first time. */
  enter(at: number): boolean {
    if (this.#seen[at] === this.#generation) return false
    this.#seen[at] = this.#generation
    return true
  }
}

export class Pattern {
  readonly #program: readonly Instruction[]
  readonly #multiline: boolean
  readonly groups: number

  get size(): number {
    return this.#program.length
  }

  constructor(program: readonly Instruction[], groups: number, multiline: boolean) {
    this.#program = program
    this.groups = groups
    this.#multiline = multiline
  }

  #holds(kind: 'start' | 'end', codes: readonly number[], at: number): boolean {
    if (kind === 'start') return at === 0 || (this.#multiline && codes[at - 1] === 10)
    return at === codes.length || (this.#multiline && codes[at] === 10)
  }

  /** Follows forks and jumps, the preferred way first; gives how many instructions it saw. */
  #follow(threads: Threads, from: Thread, codes: readonly number[], position: number): number {
    const waiting: Thread[] = [from]
    let seen = 0
    for (let thread = waiting.pop(); thread; thread = waiting.pop()) {
      if (!threads.enter(thread.at)) continue
      seen++
      const instruction = this.#program[thread.at]!
      const { saves } = thread
      if (instruction.do === 'jump') waiting.push({ at: instruction.to, saves })
      else if (instruction.do === 'fork')
        waiting.push({ at: instruction.second, saves }, { at: instruction.first, saves })
      else if (instruction.do === 'save')
        waiting.push({ at: thread.at + 1, saves: saves.with(instruction.slot, position) })
      else if (instruction.do === 'start' || instruction.do === 'end') {
        if (this.#holds(instruction.do, codes, position)) waiting.push({ at: thread.at + 1, saves })
      } else threads.list.push(thread)
    }
    return seen
  }

  /** The first and preferred match from a place on: where its groups begin and end, -1 where one took no part. */
  find(run: Run, codes: readonly number[], from: number): readonly number[] | null {
    let now = new Threads(this.#program.length)
    let next = new Threads(this.#program.length)
    now.clear()
    next.clear()
    const blank: readonly number[] = new Array((this.groups + 1) * 2).fill(-1)
    let best: readonly number[] | null = null
    let work = 0
    for (let position = from; ; position++) {
      if (best === null) work += this.#follow(now, { at: 0, saves: blank.with(0, position) }, codes, position)
      if (now.list.length === 0 && best !== null) break
      next.clear()
      for (const thread of now.list) {
        const instruction = this.#program[thread.at]!
        if (instruction.do === 'match') {
          best = thread.saves.with(1, position)
          break
        }
        if (instruction.do === 'set' && position < codes.length && instruction.set(codes[position]!))
          work += this.#follow(next, { at: thread.at + 1, saves: thread.saves }, codes, position + 1)
      }
      work += now.list.length + 1
      run.step(work >> 4)
      work &= 15
      if (position >= codes.length) break
      ;[now, next] = [next, now]
    }
    return best
  }

  test(run: Run, text: string): boolean {
    return this.find(run, codesOf(text), 0) !== null
  }

  /** fn:replace; null when the pattern matches nothing at all, or the replacement is written wrongly. */
  replace(run: Run, text: string, replacement: string): string | null {
    const parts = readReplacement(replacement, this.groups)
    if (parts === null || this.test(run, '')) return null
    const characters = [...text]
    let result = ''
    let behind = 0
    for (const found of this.#all(run, text)) {
      result += characters.slice(behind, found[0]).join('')
      for (const part of parts)
        result += typeof part === 'string' ? part : characters.slice(found[part * 2]!, found[part * 2 + 1]!).join('')
      if (result.length > run.budget.size) run.text(result)
      behind = found[1]!
    }
    return result + characters.slice(behind).join('')
  }

  /** fn:tokenize; null when the pattern matches nothing at all. */
  split(run: Run, text: string): string[] | null {
    if (this.test(run, '')) return null
    const characters = [...text]
    const parts: string[] = []
    let behind = 0
    for (const found of this.#all(run, text)) {
      parts.push(characters.slice(behind, found[0]).join(''))
      behind = found[1]!
    }
    parts.push(characters.slice(behind).join(''))
    return parts
  }

  *#all(run: Run, text: string): Iterable<readonly number[]> {
    const codes = codesOf(text)
    for (let from = 0; from < codes.length; ) {
      const found = this.find(run, codes, from)
      if (!found) return
      yield found
      from = Math.max(found[1]!, from + 1)
    }
  }
}

const codesOf = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0)!)

/** `$1`, `\$` and `\\`; null for anything else behind $ or \. A group's number has as many digits as there are groups for. */
const readReplacement = (text: string, groups: number): (string | number)[] | null => {
  const parts: (string | number)[] = []
  for (let at = 0; at < text.length; at++) {
    const [sign, next] = [text[at]!, text[at + 1]]
    if (sign === '\\') {
      if (next !== '\\' && next !== '$') return null
      parts.push(next)
      at++
    } else if (sign === '$') {
      const digits = /^\d+/.exec(text.slice(at + 1, at + 5))?.[0]
      if (digits === undefined) return null
      let length = digits.length
      while (length > 1 && Number(digits.slice(0, length)) > groups) length--
      const nth = Number(digits.slice(0, length))
      if (nth <= groups) parts.push(nth)
      at += length
    } else parts.push(sign)
  }
  return parts
}

const withoutSpace = (source: string): string => {
  let [result, depth] = ['', 0]
  for (let at = 0; at < source.length; at++) {
    const unit = source[at]!
    if (depth === 0 && /[\t\n\r ]/.test(unit)) continue
    const escaped = result.endsWith('\\') && !result.endsWith('\\\\')
    if (unit === '[' && !escaped) depth++
    if (unit === ']' && !escaped) depth--
    result += unit
  }
  return result
}

const LONGEST_SOURCE = 2000
/** Reads a pattern of XPath Functions 3.1 §5.6 with the flags s, m, i, x and q. @throws PatternError */
export const readSource = (source: string, flags: string): { tree: Tree; groups: number; multiline: boolean } => {
  if (!/^[smixq]*$/.test(flags)) throw new PatternError('标志只能是 s、m、i、x、q')
  if (source.length > LONGEST_SOURCE) throw new PatternError(`模式不能超过 ${LONGEST_SOURCE} 个字符`)
  const settings: Flags = { caseless: flags.includes('i'), dotAll: flags.includes('s') }
  const literal = flags.includes('q')
  const text = literal
    ? source.replace(/[\\|.^?*+{}()[\]$-]/g, '\\$&')
    : flags.includes('x')
      ? withoutSpace(source)
      : source
  const { tree, groups } = readPattern(text, settings)
  if (sizeOf(tree) > LONGEST) throw new PatternError('模式太长，或重复次数太多')
  return { tree, groups, multiline: flags.includes('m') }
}

/** As `readSource`; null for a pattern that is none. */
export const compilePattern = (source: string, flags: string): Pattern | null => {
  try {
    const { tree, groups, multiline } = readSource(source, flags)
    const program: Program = []
    emitTree(program, tree)
    emit(program, { do: 'match' })
    return new Pattern(program, groups, multiline)
  } catch (error) {
    if (error instanceof PatternError) return null
    throw error
  }
}
