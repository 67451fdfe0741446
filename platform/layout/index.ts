import type { PaperDocument } from './core/tree.ts'
import type { Faces } from './server/faces.ts'

export { approvalSheet, type Sheet, type Zone } from './core/sheets.ts'
export { OFFICIAL_PAPER, type PaperDocument } from './core/tree.ts'
export { fitted, pngSize } from './server/pictures.ts'

// The writers and fontkit take 60 MB and half a second: a server that prints nothing does without them.

/** PDF 1.7; see `server/pdf.ts`. */
export const writePdf = async (document: PaperDocument, faces: Faces): Promise<Uint8Array> =>
  (await import('./server/pdf.ts')).writePdf(document, faces)

/** For Word and WPS; see `server/docx.ts`. */
export const writeDocx = async (document: PaperDocument): Promise<Uint8Array> =>
  (await import('./server/docx.ts')).writeDocx(document)

/** The faces of this platform; see `server/faces.ts`. */
export const facesOf = async (kernel: Parameters<typeof import('./server/faces.ts').facesOf>[0]): Promise<Faces> =>
  (await import('./server/faces.ts')).facesOf(kernel)
