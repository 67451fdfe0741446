import type { Diagram } from '../../contract/designing.ts'

type Point = { x: number; y: number }

const MARGIN = 24

/** The part of the plane that is drawn on, names beside small shapes included. */
export const boundsOf = ({ nodes, edges }: Diagram): { x: number; y: number; width: number; height: number } => {
  const corners: Point[] = [
    ...nodes.flatMap(({ x, y, width, height, name }) => [
      { x, y },
      { x: x + width + (width < 60 ? name.length * 12 + 6 : 0), y: y + height },
    ]),
    ...edges.flatMap(({ points }) => points),
  ]
  if (corners.length === 0) return { x: 0, y: 0, width: 200, height: 80 }
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)]
  const [left, top] = [min(xs) - MARGIN, min(ys) - MARGIN]
  return { x: left, y: top, width: max(xs) + MARGIN - left, height: max(ys) + MARGIN - top }
}
// a drawing may have more points than a call may have arguments
const min = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.min(a, b))
const max = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b))

const ROUND = 8
/** A line through the points with soft corners. */
export const pathOf = (points: readonly Point[]): string =>
  points
    .map((point, index) => {
      const [before, after] = [points[index - 1], points[index + 1]]
      if (!before) return `M${point.x} ${point.y}`
      if (!after) return `L${point.x} ${point.y}`
      const [a, b] = [towards(point, before), towards(point, after)]
      return `L${a.x} ${a.y}Q${point.x} ${point.y} ${b.x} ${b.y}`
    })
    .join('')
const towards = (from: Point, to: Point): Point => {
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  const share = length === 0 ? 0 : Math.min(ROUND, length / 2) / length
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}

/** Text in lines of at most `letters` wide letters; what does not fit ends with …. A Latin letter is half as wide as a Chinese one. */
export const linesOf = (text: string, letters: number, most: number): string[] => {
  const lines: string[] = []
  let line = ''
  let room = letters
  for (const letter of text) {
    const width = letter.charCodeAt(0) < 0x2e80 ? 0.55 : 1
    if (width > room) {
      lines.push(line)
      line = ''
      room = letters
    }
    line += letter
    room -= width
  }
  lines.push(line)
  if (lines.length <= most) return lines.filter((one, index) => one !== '' || index === 0)
  return [...lines.slice(0, most - 1), `${[...(lines[most - 1] ?? '')].slice(0, -1).join('')}…`]
}
