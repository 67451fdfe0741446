/** A stretch of a line; with `href` it is a link. */
export interface Piece {
  text: string
  href?: string
}

// Chinese punctuation ends an address although a browser would take it; so do quotes and brackets around it.
const ADDRESS = /https?:\/\/[^\s<>"'，。；：、！？（）【】《》“”‘’]+/giu
const TRAILING = /[.,;:!?)\]]+$/

export const paragraphs = (body: string): string[] => body.split(/\r?\n/).filter((line) => line.trim() !== '')

/** Finds the web addresses of a line; everything else stays text. */
export const pieces = (line: string): Piece[] => {
  const found: Piece[] = []
  let from = 0
  for (const match of line.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAILING, '')
    if (!URL.canParse(address)) continue
    if (match.index > from) found.push({ text: line.slice(from, match.index) })
    found.push({ text: address, href: address })
    from = match.index + address.length
  }
  if (from < line.length) found.push({ text: line.slice(from) })
  return found
}
