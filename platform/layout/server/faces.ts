import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { create, type Font } from 'fontkit'
import type { Kernel } from '#kernel/module'
import { sfntOfWoff } from '#kernel/woff'
import type { Face, Style } from '../core/tree.ts'

/** A file of glyphs; the large faces of the web come in a hundred of them, each with some of the characters. */
export interface FontFile {
  file: string
  load(): Promise<LoadedFont>
}
export interface LoadedFont {
  bytes: Uint8Array
  font: Font
}
interface Source {
  name: string
  find(codePoint: number): FontFile | undefined
  files: readonly FontFile[]
}

/** Which face stands in for another, because an official one is not in the operator's folder. */
export interface StandIn {
  face: Face
  wanted: string
  used: string
}

/** The official faces by name, and the file names of `DATA_DIR/fonts` that bring them: they belong to their foundries and cannot be shipped. */
const OFFICIAL: Readonly<Record<Face, { title: string; file: string }>> = {
  title: { title: '小标宋', file: 'xiaobiaosong' },
  fang: { title: '仿宋', file: 'fangsong' },
  kai: { title: '楷体', file: 'kaiti' },
  hei: { title: '黑体', file: 'heiti' },
  song: { title: '宋体', file: 'songti' },
}
/** What ships with the platform under the Open Font License. */
const SHIPPED: Readonly<Record<Face, readonly [packageName: string, weight: number, title: string]>> = {
  title: ['@fontsource/noto-serif-sc', 700, '思源宋体（粗）'],
  fang: ['@fontsource/noto-serif-sc', 400, '思源宋体'],
  kai: ['@fontsource/noto-serif-sc', 400, '思源宋体'],
  hei: ['@fontsource/noto-sans-sc', 600, '思源黑体（粗）'],
  song: ['@fontsource/noto-serif-sc', 400, '思源宋体'],
}

const opened = new Map<string, Promise<LoadedFont>>()
const openFont = async (file: string): Promise<LoadedFont> => {
  const raw = await readFile(file)
  // Unpacked once by zlib: fontkit would unpack it in JavaScript each time it is put into a file.
  const bytes = file.endsWith('.woff') ? sfntOfWoff(raw) : raw
  const made = create(bytes)
  if (!('glyphForCodePoint' in made)) throw new Error(`${file} 是字体集，请换成单个字体文件。`)
  return { bytes, font: made }
}
const fileAt = (file: string): FontFile => ({
  file,
  load() {
    const known = opened.get(file) ?? openFont(file)
    opened.set(file, known)
    return known
  },
})

interface Range {
  from: number
  to: number
  file: FontFile
}

/** `U+4e00-4e10,U+4e12` of a style sheet. */
const rangesOf = (text: string, file: FontFile): Range[] =>
  text.split(',').map((part) => {
    const [from = '', to = from] = part.trim().replace(/^u\+/i, '').split('-')
    return { from: Number.parseInt(from, 16), to: Number.parseInt(to, 16), file }
  })

/** A face of Fontsource: the style sheet says which file has which characters. */
const shippedSource = async (packageName: string, weight: number, title: string): Promise<Source> => {
  const sheet = fileURLToPath(import.meta.resolve(`${packageName}/${weight}.css`))
  const css = await readFile(sheet, 'utf8')
  const faces = css.matchAll(/url\((\.\/files\/[^)]+\.woff)\)[^}]*?unicode-range:\s*([^;]+);/g)
  // One file without ranges may follow: it holds what the others hold.
  const ranges = [...faces]
    .flatMap(([, url = '', text = '']) => rangesOf(text, fileAt(path.resolve(path.dirname(sheet), url))))
    .sort((a, b) => a.from - b.from)
  return {
    name: title,
    files: [...new Set(ranges.map(({ file }) => file))],
    find: (codePoint) => ranges.find(({ from, to }) => from <= codePoint && codePoint <= to)?.file,
  }
}

const operatorSource = async (file: string, title: string): Promise<Source> => {
  const only = fileAt(file)
  const { font } = await only.load()
  const has = new Set(font.characterSet)
  return { name: title, files: [only], find: (codePoint) => (has.has(codePoint) ? only : undefined) }
}

const FONT_FILE = /\.(ttf|otf)$/i

/** The operator's own files by face; a folder that is not there is no fault. */
const operatorFiles = async (folder: string): Promise<Map<Face, string>> => {
  const names = await readdir(folder).catch(() => [] as string[])
  const found = new Map<Face, string>()
  for (const [face, { file }] of Object.entries(OFFICIAL) as [Face, { file: string }][]) {
    const name = names.find((one) => FONT_FILE.test(one) && one.toLowerCase().startsWith(file))
    if (name) found.set(face, path.join(folder, name))
  }
  return found
}

/** Fonts ready to be measured and put on paper: which glyph comes from which file, glyph by glyph. */
export class Faces {
  readonly standIns: readonly StandIn[]
  readonly #chains: ReadonlyMap<Face, readonly Source[]>
  readonly #found = new Map<string, LoadedFont | undefined>()

  private constructor(chains: ReadonlyMap<Face, readonly Source[]>, standIns: readonly StandIn[]) {
    this.#chains = chains
    this.standIns = standIns
  }

  /** `folder` holds the operator's official faces: fangsong.ttf, kaiti.ttf, xiaobiaosong.ttf, heiti.ttf, songti.ttf. */
  static async open(folder: string): Promise<Faces> {
    const own = await operatorFiles(folder)
    const chains = new Map<Face, Source[]>()
    const standIns: StandIn[] = []
    const shipped = new Map<string, Promise<Source>>()
    const known = (face: Face): Promise<Source> => {
      const [name, weight, title] = SHIPPED[face]
      const made = shipped.get(title) ?? shippedSource(name, weight, title)
      shipped.set(title, made)
      return made
    }
    for (const [face, { title }] of Object.entries(OFFICIAL) as [Face, { title: string }][]) {
      const file = own.get(face)
      const last = await known(face)
      chains.set(face, [...(file ? [await operatorSource(file, title)] : []), last, await known('hei')])
      if (!file) standIns.push({ face, wanted: title, used: last.name })
    }
    return new Faces(chains, standIns)
  }

  /** Opens the files that these characters need; `measure` and `fontFor` know them from then on. */
  async load(texts: Iterable<{ text: string; face: Face }>): Promise<void> {
    const wanted = new Map<string, { text: string; face: Face }>()
    for (const { text, face } of texts)
      for (const one of text) if (!this.#found.has(`${face}${one}`)) wanted.set(`${face}${one}`, { text: one, face })
    await Promise.all(
      [...wanted].map(async ([key, { text, face }]) => {
        this.#found.set(key, await this.#look(face, text))
      }),
    )
  }

  async #look(face: Face, text: string): Promise<LoadedFont | undefined> {
    const codePoint = text.codePointAt(0) ?? 0
    for (const source of this.#chains.get(face) ?? []) {
      const loaded = await source.find(codePoint)?.load()
      if (loaded?.font.hasGlyphForCodePoint(codePoint)) return loaded
    }
    return undefined
  }

  /** The font that has this character; nothing when none has: a box is drawn in its place. */
  fontFor(text: string, face: Face): LoadedFont | undefined {
    return this.#found.get(`${face}${text}`)
  }

  /** Points. A character that no font has stands as wide as it is high. */
  measure = (text: string, { face, size }: Style): number => {
    const font = this.fontFor(text, face)?.font
    if (!font) return size
    return (font.glyphForCodePoint(text.codePointAt(0) ?? 0).advanceWidth / font.unitsPerEm) * size
  }
}

const known = new Map<string, Promise<Faces>>()

/** The faces of this platform: the operator's in `DATA_DIR/fonts`, looked at once, then those that ship. */
export const facesOf = ({ config }: Pick<Kernel, 'config'>): Promise<Faces> => {
  const folder = path.join(config.DATA_DIR, 'fonts')
  const opening = known.get(folder) ?? Faces.open(folder)
  known.set(folder, opening)
  return opening
}
