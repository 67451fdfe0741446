import { SaxesParser } from 'saxes'
import { TabularError } from './errors.ts'

const MAX_DEPTH = 64

type Options = { position: false; xmlns: false }

/** What reads one part of a workbook; names come without their namespace prefix. */
export interface XmlTarget {
  open(name: string, attributes: Record<string, string>): void
  text(text: string): void
  close(name: string): void
}

/**
 * Feeds XML to a target. Document type declarations, and so entities, are refused; nesting and the length of a
 * single token are bounded because the parser itself would hold them in memory without end.
 */
export class XmlReader {
  readonly #parser = new SaxesParser<Options>({ position: false, xmlns: false })
  readonly #maxToken: number
  readonly #tooLong: () => void
  #sinceEvent = 0

  constructor(target: XmlTarget, maxToken: number, tooLong: () => void) {
    this.#maxToken = maxToken
    this.#tooLong = tooLong
    let depth = 0
    this.#parser.on('doctype', () => {
      throw new TabularError(
        'tabular.forbidden_xml',
        '文件含有文档类型声明（DTD），可能是恶意文件，已拒绝读取。请用 Excel 或 WPS 另存为 .xlsx。',
      )
    })
    this.#parser.on('opentag', ({ name, attributes }) => {
      this.#sinceEvent = 0
      if (++depth > MAX_DEPTH)
        throw new TabularError('tabular.forbidden_xml', '文件内部嵌套过深，可能是恶意文件，已拒绝读取。')
      target.open(localName(name), attributes)
    })
    this.#parser.on('text', (text) => {
      this.#sinceEvent = 0
      target.text(text)
    })
    this.#parser.on('cdata', (text) => {
      this.#sinceEvent = 0
      target.text(text)
    })
    this.#parser.on('closetag', ({ name }) => {
      this.#sinceEvent = 0
      depth--
      target.close(localName(name))
    })
  }

  write(text: string): void {
    this.#sinceEvent += text.length
    this.#parser.write(text)
    if (this.#sinceEvent > this.#maxToken) this.#tooLong()
  }

  end(): void {
    this.#parser.close()
  }
}

export function endlessToken(): TabularError {
  return new TabularError(
    'tabular.forbidden_xml',
    '文件内部有异常的超长内容，可能是恶意文件，已拒绝读取。请用 Excel 或 WPS 另存为 .xlsx。',
  )
}

export function localName(name: string): string {
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(colon + 1)
}

/** Value of an attribute whatever its prefix: r:id and rel:id are both "id". */
export function attribute(attributes: Record<string, string>, local: string): string | undefined {
  const key = Object.keys(attributes).find((name) => name.includes(':') && localName(name) === local)
  return key === undefined ? attributes[local] : attributes[key]
}
