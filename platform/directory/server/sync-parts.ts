import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gunzip, gzip } from 'node:zlib'
import type { Ctx, Kernel } from '#kernel/module'
import type { SyncNode } from '../contract/sync.ts'
import { unitParams } from './browse.ts'
import { encodePart } from './sync-codec.ts'
import { syncQueries } from './sync-sql.ts'
import type { SyncView } from './sync-view.ts'

const [br, gz, unzip] = [promisify(brotliCompress), promisify(gzip), promisify(gunzip)]

/** One part, compressed in both ways once. */
interface Part {
  ver: number
  visibility: number
  madeAt: number
  hash: string
  br: Buffer
  gzip: Buffer
}

// A part a minute old and a delta give the same as a new part; a change of what may be seen makes a new one at once.
const OLD_MS = 60_000
// One view of every county, and a few views beside; whoever was not asked for longest goes.
const MOST = 400
const kept = new WeakMap<Kernel, Map<string, Promise<Part>>>()
const partsOf = (kernel: Kernel): Map<string, Promise<Part>> => {
  const known = kept.get(kernel)
  if (known) return known
  const made = new Map<string, Promise<Part>>()
  kept.set(kernel, made)
  return made
}

const make = async ({ sql, kernel }: Ctx, at: SyncView, county: number): Promise<Part> => {
  const name = county === 0 ? 'directory.sync.base' : 'directory.sync.county'
  const params = county === 0 ? unitParams(at.viewer) : [...unitParams(at.viewer), county]
  const rows = await sql<SyncNode>(syncQueries[name], params, name)
  const text = Buffer.from(JSON.stringify(encodePart({ ver: at.ver, view: at.view, county }, rows)))
  const [small, smaller] = await Promise.all([
    gz(text, { level: 9 }),
    br(text, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 9,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
      },
    }),
  ])
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, 22)
  return {
    ver: at.ver,
    visibility: at.visibility,
    madeAt: kernel.clock.now().getTime(),
    hash,
    br: smaller,
    gzip: small,
  }
}

/** The part of a view, made by one of those who ask while the others wait. `county` 0: down to the townships. */
export const partFor = async (ctx: Ctx, at: SyncView, county: number): Promise<Part> => {
  const parts = partsOf(ctx.kernel)
  const key = `${at.view}/${at.visibility}/${county}`
  const known = parts.get(key)
  parts.delete(key)
  const part = await known?.catch(() => undefined)
  const fresh = part && (part.ver === at.ver || ctx.kernel.clock.now().getTime() - part.madeAt < OLD_MS)
  // Somebody else may have begun to make it while the old one was looked at.
  const making = fresh ? known! : (parts.get(key) ?? make(ctx, at, county))
  parts.set(key, making)
  making.catch(() => parts.delete(key))
  if (parts.size > MOST) parts.delete(parts.keys().next().value!)
  return making
}

/** The bytes in the form asked for; the text itself where nothing was asked. */
export const bytesOf = async (part: Part, encoding: 'br' | 'gzip' | undefined): Promise<Buffer> =>
  encoding ? part[encoding] : unzip(part.gzip)
