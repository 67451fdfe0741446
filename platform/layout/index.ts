export { type Page, TooLong } from './core/flow.ts'
export {
  approvalSheet,
  type Field,
  type IntroductionLetter,
  introductionLetter,
  type Opinion,
  type Sheet,
  type Zone,
} from './core/sheets.ts'
export type { Block, PaperDocument, Paragraph, Table } from './core/tree.ts'
export { FORM_PAPER, OFFICIAL_LINE, OFFICIAL_PAPER } from './core/tree.ts'
export { writeDocx } from './server/docx.ts'
export { Faces, facesOf, type StandIn } from './server/faces.ts'
export { writePdf } from './server/pdf.ts'
export { fitted, pngSize } from './server/pictures.ts'
