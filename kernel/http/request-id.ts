import { getRandomValues } from 'node:crypto'
import { v7 } from 'uuid'

const SIZE = 16
const drawn = new Uint8Array(256 * SIZE)
let used = drawn.length

/** A UUIDv7 like every id; its chance is drawn for 256 requests at once, because asking for it takes longer than all the rest of it. */
export const requestId = (): string => {
  if (used === drawn.length) {
    getRandomValues(drawn)
    used = 0
  }
  used += SIZE
  return v7({ random: drawn.subarray(used - SIZE, used) })
}
