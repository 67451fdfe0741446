/** pdf.js draws nothing here: it wants this class to be there, and reads text without it. */
Object.assign(globalThis, { DOMMatrix: globalThis.DOMMatrix ?? class {} })

const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs')

/** What a reader of PDF sees: the text of each page, and where each piece of it stands (points from the left and from below). */
export const readPdf = async (bytes: Uint8Array) => {
  const pdf = await getDocument({ data: bytes.slice(), useSystemFonts: false, verbosity: 0 }).promise
  const pages = await Promise.all(
    Array.from({ length: pdf.numPages }, async (_, index) => {
      const { items } = await (await pdf.getPage(index + 1)).getTextContent()
      return items.flatMap((item) =>
        'str' in item ? [{ text: item.str, x: item.transform[4] as number, y: item.transform[5] as number }] : [],
      )
    }),
  )
  const { info } = await pdf.getMetadata()
  const text = pages
    .flat()
    .map((piece) => piece.text)
    .join('')
  return { pages, info: info as Record<string, unknown>, text }
}
