import { pieces } from './palette-model.ts'
import type { Range } from './types.ts'

/** A text with the found parts marked. */
export function Marked({ text, ranges }: { text: string; ranges?: readonly Range[] }) {
  return pieces(text, ranges).map((piece) =>
    piece.hit ? <mark key={piece.at}>{piece.text}</mark> : <span key={piece.at}>{piece.text}</span>,
  )
}
