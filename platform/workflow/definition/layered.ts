import type { Diagram } from '../contract/designing.ts'
import { type Box, route } from './blocks/layout.ts'

export interface Part {
  id: string
  kind: string
  name: string
  event: string | null
  /** the sub-process it lies in */
  inside?: string
  /** boundary events: what they are attached to */
  host?: string
}
export interface Sketch {
  parts: Part[]
  lines: { id: string; from: string; to: string; name: string }[]
}

const GAP = 44
const BETWEEN = 40
const PAD = 40
const EVENT = { width: 36, height: 36 }

const sizeOf = (kind: string): Size => {
  if (['start', 'end', 'catch', 'throw', 'boundary'].includes(kind)) return EVENT
  return ['exclusive', 'inclusive', 'parallel', 'event-based'].includes(kind)
    ? { width: 50, height: 50 }
    : { width: 160, height: 72 }
}

/** From top to bottom by layers: each part below all that lead to it, lines that lead back go round the right side. */
export const layered = (sketch: Sketch): Diagram => {
  const { parts, lines } = sketch
  const boxes = new Map<string, Box>()
  const measured = new Map<string, Measured>()
  place({ sketch, measured, boxes }, undefined, PAD, PAD)
  hang(parts, boxes)
  const rim = PAD + measure(sketch, measured, undefined).width + BETWEEN
  return {
    nodes: parts.flatMap(({ id, kind, name, event }) => {
      const box = boxes.get(id)
      return box ? [{ id, kind, name, event, ...box }] : []
    }),
    edges: lines.flatMap(({ id, from, to, name }, index) => {
      const [a, b] = [boxes.get(from), boxes.get(to)]
      if (!a || !b) return []
      const points = b.y >= a.y + a.height ? route(a, b) : around(a, b, rim + (index % 5) * 8)
      return [{ id, from, to, name, points }]
    }),
  }
}

type Size = { width: number; height: number }
interface Measured extends Size {
  rows: { part: Part; size: Size }[][]
}

/** How much room what lies in a sub-process (or in the process itself) takes; once for each. */
const measure = (sketch: Sketch, measured: Map<string, Measured>, inside: string | undefined): Measured => {
  const before = measured.get(inside ?? '')
  if (before) return before
  const own = sketch.parts.filter((part) => part.inside === inside && !part.host)
  const sized = (part: Part) => {
    const holds = part.kind === 'subprocess' && sketch.parts.some((other) => other.inside === part.id)
    if (!holds) return { part, size: sizeOf(part.kind) }
    const { width, height } = measure(sketch, measured, part.id)
    return { part, size: { width: width + 2 * PAD, height: height + 2 * PAD } }
  }
  const rows = rowsOf(own, sketch.lines).map((row) => row.map(sized))
  const found = {
    rows,
    width: Math.max(EVENT.width, ...rows.map(widthOf)),
    height: Math.max(
      EVENT.height,
      rows.reduce((sum, row) => sum + heightOf(row) + GAP, -GAP),
    ),
  }
  measured.set(inside ?? '', found)
  return found
}
const widthOf = (row: Measured['rows'][number]): number =>
  row.reduce((sum, { size }) => sum + size.width + BETWEEN, -BETWEEN)
const heightOf = (row: Measured['rows'][number]): number => Math.max(0, ...row.map(({ size }) => size.height))

const place = (
  drawing: { sketch: Sketch; measured: Map<string, Measured>; boxes: Map<string, Box> },
  inside: string | undefined,
  left: number,
  top: number,
): void => {
  const { rows, width } = measure(drawing.sketch, drawing.measured, inside)
  let y = top
  for (const row of rows) {
    let x = left + (width - widthOf(row)) / 2
    for (const { part, size } of row) {
      const at = { x: Math.round(x), y: Math.round(y + (heightOf(row) - size.height) / 2) }
      drawing.boxes.set(part.id, { ...at, ...size })
      if (drawing.measured.has(part.id)) place(drawing, part.id, at.x + PAD, at.y + PAD)
      x += size.width + BETWEEN
    }
    y += heightOf(row) + GAP
  }
}

/** Boundary events sit on the lower edge of their host, the first at the right. */
const hang = (parts: readonly Part[], boxes: Map<string, Box>): void => {
  const hung = new Map<string, number>()
  for (const { id, host } of parts) {
    const box = host && boxes.get(host)
    if (!box || !host) continue
    const nth = hung.get(host) ?? 0
    hung.set(host, nth + 1)
    boxes.set(id, { x: box.x + box.width - 28 - nth * 48, y: box.y + box.height - 18, ...EVENT })
  }
}

/** Longest way from a beginning; lines that close a circle are left out of it. */
const rowsOf = (parts: readonly Part[], lines: Sketch['lines']): Part[][] => {
  const ids = new Set(parts.map(({ id }) => id))
  const next = new Map<string, string[]>(parts.map(({ id }) => [id, []]))
  for (const { from, to } of lines) if (ids.has(from) && ids.has(to)) next.get(from)?.push(to)
  const rank = new Map<string, number>()
  const order: string[] = []
  const state = new Map<string, 'open' | 'done'>()
  const forward = new Map<string, string[]>()
  // an own stack: a row of thousands of parts must not overflow the machine's
  const visit = (root: string): void => {
    const stack = [{ id: root, at: 0 }]
    state.set(root, 'open')
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const to = (next.get(top.id) ?? [])[top.at++]
      if (to === undefined) {
        state.set(top.id, 'done')
        order.push(top.id)
        stack.pop()
      } else if (state.get(to) !== 'open') {
        forward.set(top.id, [...(forward.get(top.id) ?? []), to])
        if (!state.has(to)) {
          state.set(to, 'open')
          stack.push({ id: to, at: 0 })
        }
      }
    }
  }
  const led = new Set([...next.values()].flat())
  for (const { id } of [...parts.filter((part) => !led.has(part.id)), ...parts]) if (!state.has(id)) visit(id)
  for (const id of order.reverse())
    for (const to of forward.get(id) ?? []) rank.set(to, Math.max(rank.get(to) ?? 0, (rank.get(id) ?? 0) + 1))
  const rows: Part[][] = []
  for (const part of parts) {
    const row = rank.get(part.id) ?? 0
    rows[row] = [...(rows[row] ?? []), part]
  }
  return rows.filter((row) => row !== undefined)
}

const around = (from: Box, to: Box, rim: number): { x: number; y: number }[] => {
  const [start, goal] = [from.y + from.height / 2, to.y + to.height / 2]
  return [
    { x: from.x + from.width, y: start },
    { x: rim, y: start },
    { x: rim, y: goal },
    { x: to.x + to.width, y: goal },
  ]
}
