import type SignaturePad from 'signature_pad'
import type { PointGroup } from 'signature_pad'
import type { Ink, Strokes } from '../../contract.ts'

const PEN = '#1b2a4a'
const MARGIN = 8
const round = (value: number): number => Math.round(value * 10) / 10

/** Strokes as they are kept: numbers alone, in the pixels of the field they were written on. */
export const strokesOf = (groups: readonly PointGroup[], width: number, height: number): Strokes => ({
  width: round(width),
  height: round(height),
  strokes: groups
    .filter(({ points }) => points.length > 0)
    .map(({ minWidth, maxWidth, points }) => {
      const began = points[0]!.time
      return {
        min: minWidth,
        max: maxWidth,
        points: points.map(({ x, y, pressure, time }): [number, number, number, number] => [
          round(x),
          round(y),
          Math.round(pressure * 100) / 100,
          Math.max(0, Math.round(time - began)),
        ]),
      }
    }),
})

/** The other way, fitted into a field of another size without stretching. */
export const groupsOf = (
  { width, height, strokes }: Strokes,
  into: { width: number; height: number },
): PointGroup[] => {
  const scale = Math.min(into.width / width, into.height / height, 1)
  return strokes.map(({ min, max, points }) => ({
    dotSize: 0,
    minWidth: min * scale,
    maxWidth: max * scale,
    penColor: PEN,
    velocityFilterWeight: 0.7,
    compositeOperation: 'source-over',
    points: points.map(([x, y, pressure, time]) => ({ x: x * scale, y: y * scale, pressure, time })),
  }))
}

export interface Box {
  x: number
  y: number
  width: number
  height: number
}
/** What was written on, with a margin, within the field. */
export const boxOf = ({ width, height, strokes }: Strokes): Box => {
  const points = strokes.flatMap((stroke) => stroke.points)
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  const left = Math.max(0, Math.min(...xs) - MARGIN)
  const top = Math.max(0, Math.min(...ys) - MARGIN)
  return {
    x: left,
    y: top,
    width: Math.min(width, Math.max(...xs) + MARGIN) - left,
    height: Math.min(height, Math.max(...ys) + MARGIN) - top,
  }
}

const BASE64 = 'data:image/png;base64,'
/** The picture of what is on the pad, cut to what was written. */
export const inkOf = (pad: SignaturePad, canvas: HTMLCanvasElement): Ink => {
  const ratio = canvas.width / canvas.offsetWidth
  const strokes = strokesOf(pad.toData(), canvas.offsetWidth, canvas.offsetHeight)
  const box = boxOf(strokes)
  const cut = document.createElement('canvas')
  cut.width = Math.max(1, Math.round(box.width * ratio))
  cut.height = Math.max(1, Math.round(box.height * ratio))
  cut.getContext('2d')!.drawImage(canvas, -box.x * ratio, -box.y * ratio)
  return { ...strokes, png: cut.toDataURL('image/png').slice(BASE64.length) }
}

/** A pad on a canvas, as sharp as the screen; the library comes with the first hand that writes. */
export const openPad = async (canvas: HTMLCanvasElement): Promise<SignaturePad> => {
  const { default: Pad } = await import('signature_pad')
  // a picture needs no more than twice the pixels
  const ratio = Math.min(2, Math.max(1, devicePixelRatio))
  canvas.width = canvas.offsetWidth * ratio
  canvas.height = canvas.offsetHeight * ratio
  canvas.getContext('2d')!.scale(ratio, ratio)
  return new Pad(canvas, { penColor: PEN, minWidth: 0.8, maxWidth: 3.2 })
}
