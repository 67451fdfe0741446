/** The blocks of Markdown that the guide is written in; whatever else stands there is a paragraph. */
export type Block =
  | { kind: 'heading'; depth: 2 | 3; text: string }
  | { kind: 'code'; language: string; text: string }
  | { kind: 'table'; head: string[]; rows: string[][] }
  | { kind: 'list'; ordered: boolean; items: string[] }
  | { kind: 'text'; text: string }
/** A run of text within a line. */
export type Run = { kind: 'plain' | 'code' | 'strong'; text: string }

const cells = (line: string): string[] =>
  line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())
const isRow = (line: string): boolean => /^\|.*\|$/.test(line)
const item = /^(?:-|\d+\.) (.*)$/

/** Takes the lines from the front that satisfy `is`. */
const take = (lines: string[], is: (line: string) => boolean): string[] => {
  const end = lines.findIndex((line) => !is(line))
  return lines.splice(0, end === -1 ? lines.length : end)
}

const blockOf = (lines: string[]): Block => {
  const line = lines[0]!
  const heading = /^(##|###) (.*)$/.exec(line)
  if (heading) {
    lines.shift()
    return { kind: 'heading', depth: heading[1] === '##' ? 2 : 3, text: heading[2]! }
  }
  if (line.startsWith('```')) {
    lines.shift()
    const text = take(lines, (one) => one !== '```').join('\n')
    lines.shift()
    return { kind: 'code', language: line.slice(3), text }
  }
  if (isRow(line)) {
    const [head = '', , ...rows] = take(lines, isRow)
    return { kind: 'table', head: cells(head), rows: rows.map(cells) }
  }
  if (item.test(line)) {
    const items = take(lines, (one) => item.test(one)).map((one) => item.exec(one)![1]!)
    return { kind: 'list', ordered: line[0] !== '-', items }
  }
  return { kind: 'text', text: take(lines, (one) => one !== '').join('') }
}

export const blocksOf = (markdown: string): Block[] => {
  const lines = markdown.split('\n')
  const blocks: Block[] = []
  for (;;) {
    take(lines, (line) => line === '')
    if (lines.length === 0) return blocks
    blocks.push(blockOf(lines))
  }
}

export const runsOf = (text: string): Run[] =>
  text
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .filter(Boolean)
    .map((part): Run => {
      if (part.length > 2 && part.startsWith('`')) return { kind: 'code', text: part.slice(1, -1) }
      if (part.length > 4 && part.startsWith('**')) return { kind: 'strong', text: part.slice(2, -2) }
      return { kind: 'plain', text: part }
    })
