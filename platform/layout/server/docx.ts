import {
  AlignmentType,
  BorderStyle,
  Document,
  Table as DocxTable,
  Footer,
  type IBorderOptions,
  ImageRun,
  LineRuleType,
  Packer,
  PageBreak,
  PageNumber,
  Paragraph,
  TableCell,
  TableRow,
  TextRun,
  VerticalAlign,
  WidthType,
} from 'docx'
import type { Block, Cell, Face, PaperDocument, Paragraph as Para, Run, Style, Table } from '../core/tree.ts'
import { mm, POINTS_PER_MM } from '../core/tree.ts'

/** The names that Word and WPS know the official faces by: an office machine has them, and sets the text as it should be. */
const NAMES: Readonly<Record<Face, string>> = {
  title: '方正小标宋简体',
  fang: '仿宋_GB2312',
  kai: '楷体_GB2312',
  hei: '黑体',
  song: '宋体',
}
const ALIGN = {
  left: AlignmentType.LEFT,
  center: AlignmentType.CENTER,
  right: AlignmentType.RIGHT,
  justify: AlignmentType.BOTH,
} as const
const VALIGN = { top: VerticalAlign.TOP, middle: VerticalAlign.CENTER, bottom: VerticalAlign.BOTTOM } as const
const TWIPS = 20
/** CSS pixels, as docx wants pictures */
const PIXELS = 96 / 72

// A control character would make a file that Word refuses to open.
const clean = (text: string): string => text.replaceAll(/\r\n?/g, '\n').replaceAll(/(?!\n|\t)\p{Cc}/gu, '')

const textRuns = ({ text, style }: Run, base: Style): TextRun[] => {
  const { face, size, color } = { ...base, ...style }
  const name = NAMES[face]
  return clean(text)
    .split('\n')
    .map(
      (line, at) =>
        new TextRun({
          text: line,
          break: at > 0 ? 1 : undefined,
          font: { ascii: 'Times New Roman', hAnsi: 'Times New Roman', eastAsia: name },
          size: size * 2,
          color: color.slice(1),
        }),
    )
}

const paragraphOf = (
  paragraph: Para,
  { style, lineHeight }: Pick<PaperDocument, 'style' | 'lineHeight'>,
): Paragraph => {
  const { runs, align = 'justify', indent = 0, indentRight = 0, before = 0, after = 0, keepWithNext } = paragraph
  const em = runs[0]?.style?.size ?? style.size
  return new Paragraph({
    alignment: ALIGN[align],
    keepNext: keepWithNext,
    spacing: {
      line: Math.round((paragraph.lineHeight ?? lineHeight) * TWIPS),
      lineRule: LineRuleType.EXACT,
      before: Math.round(before * TWIPS),
      after: Math.round(after * TWIPS),
    },
    indent: { firstLine: Math.round(indent * em * TWIPS), right: Math.round(indentRight * em * TWIPS) },
    children: runs.flatMap((run) => textRuns(run, style)),
  })
}

const isPng = (bytes: Uint8Array): boolean => bytes[0] === 0x89 && bytes[1] === 0x50

const pictureOf = ({ bytes, width, height, align = 'left' }: Extract<Block, { kind: 'picture' }>): Paragraph =>
  new Paragraph({
    alignment: ALIGN[align],
    children: [
      new ImageRun({
        type: isPng(bytes) ? 'png' : 'jpg',
        data: bytes,
        transformation: { width: Math.round(width * PIXELS), height: Math.round(height * PIXELS) },
      }),
    ],
  })

const borderOf = (points: number): IBorderOptions => ({
  style: points > 0 ? BorderStyle.SINGLE : BorderStyle.NONE,
  // eighths of a point
  size: Math.round(points * 8),
  color: '000000',
})

const cellOf = (cell: Cell, width: number, document: PaperDocument): TableCell =>
  new TableCell({
    columnSpan: cell.colspan,
    rowSpan: cell.rowspan,
    verticalAlign: VALIGN[cell.valign ?? 'middle'],
    width: { size: Math.round(width * TWIPS), type: WidthType.DXA },
    margins: { left: 100, right: 100, top: 60, bottom: 60 },
    // A cell without a paragraph is not a document to Word.
    children: cell.blocks.length > 0 ? cell.blocks.flatMap((block) => blockOf(block, document)) : [new Paragraph({})],
  })

const tableOf = (table: Table, document: PaperDocument): DocxTable => {
  const { paper } = document
  const room = mm(paper.width - paper.left - paper.right)
  const whole = table.widths.reduce((sum, share) => sum + share, 0)
  const widths = table.widths.map((share) => (share / whole) * room)
  const border = borderOf(table.border ?? 0.5)
  return new DocxTable({
    columnWidths: widths.map((width) => Math.round(width * TWIPS)),
    width: { size: Math.round(room * TWIPS), type: WidthType.DXA },
    borders: {
      top: border,
      bottom: border,
      left: border,
      right: border,
      insideHorizontal: border,
      insideVertical: border,
    },
    rows: table.rows.map(
      (row, at) =>
        new TableRow({
          tableHeader: at < (table.head ?? 0),
          height: row.minHeight ? { value: Math.round(row.minHeight * TWIPS), rule: 'atLeast' } : undefined,
          children: row.cells.map((cell, column) => cellOf(cell, widths[column] ?? room / widths.length, document)),
        }),
    ),
  })
}

const blockOf = (block: Block, document: PaperDocument): (Paragraph | DocxTable)[] => {
  switch (block.kind) {
    case 'paragraph':
      return [paragraphOf(block, document)]
    case 'picture':
      return [pictureOf(block)]
    case 'space':
      return [
        new Paragraph({
          spacing: { line: Math.round(block.height * TWIPS), lineRule: LineRuleType.EXACT },
          children: [],
        }),
      ]
    case 'rule':
      return [
        new Paragraph({
          border: { bottom: { ...borderOf(block.thickness), color: block.color.slice(1) } },
          spacing: { line: TWIPS, lineRule: LineRuleType.EXACT },
          children: [],
        }),
      ]
    case 'page-break':
      return [new Paragraph({ children: [new PageBreak()] })]
    case 'table':
      return [tableOf(block, document)]
  }
}

const numbers = new Footer({
  children: [
    new Paragraph({
      alignment: AlignmentType.RIGHT,
      children: [
        new TextRun({
          children: ['— ', PageNumber.CURRENT, ' —'],
          size: 28,
          font: { ascii: '宋体', eastAsia: '宋体' },
        }),
      ],
    }),
  ],
})

/** The same document for Word and WPS, to be worked on further: their own line breaking, the same paper, faces and tables. */
export const writeDocx = async (document: PaperDocument): Promise<Uint8Array> => {
  const { paper, title, author } = document
  const twips = (millimetres: number): number => Math.round(millimetres * POINTS_PER_MM * TWIPS)
  const file = new Document({
    title,
    creator: author,
    lastModifiedBy: author,
    sections: [
      {
        properties: {
          page: {
            size: { width: twips(paper.width), height: twips(paper.height) },
            margin: {
              top: twips(paper.top),
              right: twips(paper.right),
              bottom: twips(paper.bottom),
              left: twips(paper.left),
            },
          },
        },
        footers: document.pageNumbers ? { default: numbers } : undefined,
        children: document.blocks.flatMap((block) => blockOf(block, document)),
      },
    ],
  })
  return Packer.toBuffer(file)
}
