import {
  type Block,
  type Cell,
  FORM_PAPER,
  OFFICIAL_LINE,
  OFFICIAL_PAPER,
  type PaperDocument,
  type Paragraph,
  type Row,
  type Style,
} from './tree.ts'

const INK = '#000000'
const TEXT: Style = { face: 'fang', size: 14, color: INK }
const LABEL = { face: 'hei', size: 12 } as const
const LINE = 24
const COLUMNS = 4

export interface Field {
  label: string
  /** as it stands on paper; several lines are kept */
  value: string
  /** takes the whole width */
  wide?: boolean
}

/** What somebody wrote when signing, with the strokes of the hand where there are any. */
export interface Opinion {
  text: string
  name: string
  /** 2026年11月20日 */
  day: string
  /** PNG, on white or without ground */
  ink?: { bytes: Uint8Array; width: number; height: number }
  /** in whose stead */
  owner?: string
}
/** 意见栏: who writes here, in the order of the sheet; empty ones keep their room for the pen. */
export interface Zone {
  title: string
  opinions: readonly Opinion[]
}

export interface Sheet {
  title: string
  unit: string
  /** above the table, left and right: number and day */
  left?: string
  right?: string
  fields: readonly Field[]
  zones: readonly Zone[]
  /** rows of sub-tables, each below the fields */
  tables?: readonly { title: string; columns: readonly string[]; rows: readonly (readonly string[])[] }[]
  note?: string
  at: Date
}

const line = (text: string, style: Partial<Style> = {}, more: Partial<Paragraph> = {}): Paragraph => ({
  kind: 'paragraph',
  runs: [{ text, style }],
  align: 'left',
  lineHeight: LINE,
  ...more,
})
const label = (text: string): Cell => ({ blocks: [line(text, LABEL, { align: 'center' })] })
const value = (text: string, colspan = 1): Cell => ({ colspan, blocks: [line(text, {}, { align: 'justify' })] })

/** Two fields a row; a wide one, and one that is left over, takes the row. */
const fieldRows = (fields: readonly Field[]): Row[] => {
  const rows: Row[] = []
  let waiting: Field | undefined
  const alone = (field: Field): void => {
    rows.push({ cells: [label(field.label), value(field.value, COLUMNS - 1)], minHeight: 34 })
  }
  for (const field of fields) {
    if (field.wide) {
      if (waiting) alone(waiting)
      waiting = undefined
      alone(field)
    } else if (waiting) {
      rows.push({
        cells: [label(waiting.label), value(waiting.value), label(field.label), value(field.value)],
        minHeight: 34,
      })
      waiting = undefined
    } else waiting = field
  }
  if (waiting) alone(waiting)
  return rows
}

const opinionBlocks = ({ text, name, day, ink, owner }: Opinion): Block[] => [
  ...(text ? [line(text, {}, { align: 'justify' })] : []),
  ...(ink ? [{ kind: 'picture' as const, bytes: ink.bytes, width: ink.width, height: ink.height }] : []),
  line(`${owner ? `${name}（受${owner}委托）` : name}　${day}`, { face: 'kai' }, { align: 'right', after: 4 }),
]

const zoneRow = ({ title, opinions }: Zone): Row => ({
  minHeight: 76,
  cells: [
    label([...title].length > 6 ? title : title.replace(/^(.{2,3})(意见)$/u, '$1\n$2')),
    { colspan: COLUMNS - 1, valign: opinions.length > 0 ? 'top' : 'middle', blocks: opinions.flatMap(opinionBlocks) },
  ],
})

const subTable = ({ title, columns, rows }: NonNullable<Sheet['tables']>[number]): Block[] => [
  line(title, LABEL, { before: 10, after: 4, keepWithNext: true }),
  {
    kind: 'table',
    widths: columns.map(() => 1),
    head: 1,
    rows: [
      { cells: columns.map(label) },
      ...rows.map((row) => ({
        cells: columns.map(
          (_, at): Cell => ({ blocks: [line(row[at] ?? '', { size: 12 }, { align: 'left', lineHeight: 20 })] }),
        ),
      })),
    ],
  },
]

/** 审批表、签批单: what is asked in the upper part, the opinions in the order of the sheet below, room for the pen where nobody has written. */
export const approvalSheet = ({
  title,
  unit,
  left,
  right,
  fields,
  zones,
  tables = [],
  note,
  at,
}: Sheet): PaperDocument => ({
  title,
  author: unit,
  at,
  paper: FORM_PAPER,
  style: TEXT,
  lineHeight: LINE,
  blocks: [
    line(title, { face: 'title', size: 22 }, { align: 'center', lineHeight: 36, after: 10, keepWithNext: true }),
    ...(left || right
      ? [
          {
            kind: 'table' as const,
            widths: [1, 1],
            border: 0,
            rows: [
              {
                cells: [
                  { blocks: [line(left ?? '', { size: 12 })] },
                  { blocks: [line(right ?? '', { size: 12 }, { align: 'right' })] },
                ],
              },
            ],
          },
        ]
      : []),
    { kind: 'table', widths: [22, 36, 22, 36], rows: [...fieldRows(fields), ...zones.map(zoneRow)] },
    ...tables.flatMap(subTable),
    ...(note ? [line(note, { size: 12 }, { before: 8, lineHeight: 20, align: 'justify' })] : []),
  ],
})

export interface IntroductionLetter {
  unit: string
  /** 鲁数介〔2026〕12号 */
  number: string
  /** whom it is shown to */
  to: string
  people: readonly { name: string; title: string }[]
  purpose: string
  /** days it is good for */
  days: number
  /** 2026年11月20日 */
  day: string
  at: Date
}

/** 介绍信: who comes, how many, for what, for how long; date and signature on the right, room for the seal over them. */
export const introductionLetter = (letter: IntroductionLetter): PaperDocument => {
  const { unit, number, to, people, purpose, days, day, at } = letter
  const [first] = people
  const named = first ? `${first.name}（${first.title}）${people.length > 1 ? '等' : ''}` : ''
  const style: Style = { face: 'fang', size: 16, color: INK }
  const text = (runs: string, more: Partial<Paragraph> = {}): Paragraph => ({
    kind: 'paragraph',
    runs: [{ text: runs }],
    ...more,
  })
  return {
    title: '介绍信',
    author: unit,
    at,
    paper: OFFICIAL_PAPER,
    style,
    lineHeight: OFFICIAL_LINE,
    blocks: [
      text('介绍信', {
        align: 'center',
        runs: [{ text: '介　绍　信', style: { face: 'title', size: 22 } }],
        lineHeight: 40,
        after: 12,
      }),
      text(number, { align: 'right', after: 14 }),
      text(`${to}：`, { align: 'left' }),
      text(`兹介绍我单位${named}共${people.length}名同志，前往你处${purpose}，请予接洽。`, { indent: 2 }),
      ...people.slice(1).map(({ name, title }) => text(`同行：${name}（${title}）`, { indent: 2, align: 'left' })),
      text(`（有效期${days}天）`, { indent: 2, align: 'left', after: 58 }),
      text(unit, { align: 'right', indentRight: 4 }),
      text(day, { align: 'right', indentRight: 4 }),
    ],
  }
}
