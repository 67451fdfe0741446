import {
  beginText,
  endText,
  PDFDocument,
  type PDFFont,
  type PDFImage,
  type PDFName,
  type PDFOperator,
  type PDFPage,
  popGraphicsState,
  pushGraphicsState,
  rgb,
  setFillingRgbColor,
  setFontAndSize,
  setTextMatrix,
  showText,
} from '@cantoo/pdf-lib'
import * as fontkit from 'fontkit'
import { layOut } from '../core/flow.ts'
import type { Item } from '../core/place.ts'
import type { PaperDocument } from '../core/tree.ts'
import type { Faces, LoadedFont } from './faces.ts'
import { textsOf } from './texts.ts'

type GlyphItem = Extract<Item, { kind: 'glyph' }>

const colorOf = (hex: string): [number, number, number] => {
  const value = Number.parseInt(hex.slice(1), 16)
  return [((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255]
}

const isPng = (bytes: Uint8Array): boolean => bytes[0] === 0x89 && bytes[1] === 0x50

/** Fonts and pictures of one file, each put into it once. */
class Resources {
  readonly #fonts = new Map<LoadedFont, PDFFont>()
  readonly #pictures = new Map<Uint8Array, PDFImage>()
  readonly #keys = new WeakMap<PDFPage, Map<PDFFont, PDFName>>()
  readonly #pdf: PDFDocument

  constructor(pdf: PDFDocument) {
    this.#pdf = pdf
  }

  async prepare(items: readonly Item[], faces: Faces): Promise<void> {
    for (const item of items) {
      if (item.kind === 'glyph') {
        const loaded = faces.fontFor(item.text, item.style.face)
        if (loaded && !this.#fonts.has(loaded))
          // Each glyph is put where it was measured: kerning and ligatures would move it.
          this.#fonts.set(
            loaded,
            await this.#pdf.embedFont(loaded.bytes, { subset: true, features: { kern: false, liga: false } }),
          )
      }
      if (item.kind === 'picture' && !this.#pictures.has(item.bytes))
        this.#pictures.set(
          item.bytes,
          isPng(item.bytes) ? await this.#pdf.embedPng(item.bytes) : await this.#pdf.embedJpg(item.bytes),
        )
    }
  }

  picture(bytes: Uint8Array): PDFImage | undefined {
    return this.#pictures.get(bytes)
  }
  font(loaded: LoadedFont): PDFFont | undefined {
    return this.#fonts.get(loaded)
  }
  /** The name of the font on this page. */
  keyOn(page: PDFPage, font: PDFFont): PDFName {
    const keys = this.#keys.get(page) ?? new Map<PDFFont, PDFName>()
    this.#keys.set(page, keys)
    const key = keys.get(font) ?? page.node.newFontDictionary(font.name, font.ref)
    keys.set(font, key)
    return key
  }
}

/** All text of a page in one text object: the font and the colour are said when they change. */
const textOperators = (
  page: PDFPage,
  glyphs: readonly GlyphItem[],
  faces: Faces,
  resources: Resources,
): PDFOperator[] => {
  const operators: PDFOperator[] = [pushGraphicsState(), beginText()]
  let said = ''
  for (const { x, baseline, text, style } of glyphs) {
    const loaded = faces.fontFor(text, style.face)
    const font = loaded && resources.font(loaded)
    if (!font || text === ' ') continue
    const key = resources.keyOn(page, font)
    const now = `${key.asString()} ${style.size} ${style.color}`
    if (now !== said) operators.push(setFontAndSize(key, style.size), setFillingRgbColor(...colorOf(style.color)))
    said = now
    operators.push(setTextMatrix(1, 0, 0, 1, x, page.getHeight() - baseline), showText(font.encodeText(text)))
  }
  operators.push(endText(), popGraphicsState())
  return operators
}

/** A character that no font has is told by an empty box: something is missing, and it is seen. */
const drawMissing = (page: PDFPage, glyphs: readonly GlyphItem[], faces: Faces): void => {
  for (const { x, baseline, text, style } of glyphs)
    if (text !== ' ' && !faces.fontFor(text, style.face))
      page.drawRectangle({
        x: x + style.size * 0.08,
        y: page.getHeight() - baseline - style.size * 0.05,
        width: style.size * 0.84,
        height: style.size * 0.84,
        borderColor: rgb(...colorOf(style.color)),
        borderWidth: 0.5,
      })
}

const drawPage = (page: PDFPage, items: readonly Item[], faces: Faces, resources: Resources): void => {
  const height = page.getHeight()
  for (const item of items) {
    if (item.kind === 'line')
      page.drawLine({
        start: { x: item.x1, y: height - item.y1 },
        end: { x: item.x2, y: height - item.y2 },
        thickness: item.thickness,
        color: rgb(...colorOf(item.color)),
      })
    const picture = item.kind === 'picture' ? resources.picture(item.bytes) : undefined
    if (item.kind === 'picture' && picture)
      page.drawImage(picture, { x: item.x, y: height - item.y - item.height, width: item.width, height: item.height })
  }
  const glyphs = items.filter((item): item is GlyphItem => item.kind === 'glyph')
  page.pushOperators(...textOperators(page, glyphs, faces, resources))
  drawMissing(page, glyphs, faces)
}

/** PDF 1.7 with the glyphs it uses and no others; the text can be searched and copied. */
export const writePdf = async (document: PaperDocument, faces: Faces): Promise<Uint8Array> => {
  await faces.load(textsOf(document))
  const pages = layOut(document, faces.measure)
  const pdf = await PDFDocument.create()
  pdf.registerFontkit(fontkit as unknown as Parameters<PDFDocument['registerFontkit']>[0])
  pdf.setTitle(document.title, { showInWindowTitleBar: true })
  pdf.setAuthor(document.author)
  pdf.setCreator('齐通')
  pdf.setProducer('齐通')
  pdf.setLanguage('zh-CN')
  pdf.setCreationDate(document.at)
  pdf.setModificationDate(document.at)
  const resources = new Resources(pdf)
  for (const { width, height, items } of pages) {
    await resources.prepare(items, faces)
    drawPage(pdf.addPage([width, height]), items, faces, resources)
  }
  return pdf.save()
}
