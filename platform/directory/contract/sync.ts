import { z } from 'zod'
import { defineApi, download, get } from '#kernel/contract'
import { Level, UnitKind } from './browse.ts'

/**
 * The tree for a client that keeps it. Two parts make what a person needs from the first moment on: the province down to the
 * townships (regions, groups, institutions), the same bytes for everybody of one view, and the villages and divisions of one county.
 * After that only what changed travels.
 *
 * Nodes are named by dense integers (`no`): an identifier costs sixteen bytes that no compression wins back. `unitIds` gives the
 * identifiers of the nodes a client is about to use.
 */

/**
 * One part as it travels: columns of equal length in a JSON object; the i-th entry of each is one unit. Siblings stand together, in the
 * order they are shown. Columns marked Δ hold the difference to the entry before, the first one to 0.
 */
export interface TreePart {
  format: 1
  /** the directory was like this at version `ver` or later; ask for a delta from here */
  ver: number
  /** what the caller may see of the tree: parts and deltas of one view belong together */
  view: string
  /** the county whose villages and divisions these are; 0: the province down to the townships */
  county: number
  /** Δ */
  no: number[]
  /** Δ number of the parent; 0 above the root */
  parent: number[]
  /** Δ place among the siblings, then by number */
  sort: number[]
  /** index into `kinds` */
  kind: number[]
  kinds: UnitKind[]
  level: number[]
  /** children that the viewer may see, in whichever part they are */
  children: number[]
  /** people in the subtree */
  people: number[]
  /** a line each: one base-36 digit for how many characters to keep of the name before, then the rest */
  names: string
  /** a line each: empty for the name itself, a tab and one base-36 digit n for the name from its n-th character on, or the words */
  shortNames: string
}

/** A unit as a synchronised tree holds it. */
export const SyncNode = z.object({
  no: z.number().int(),
  /** 0 above the root */
  parent: z.number().int(),
  sort: z.number().int(),
  kind: UnitKind,
  level: Level,
  name: z.string(),
  shortName: z.string(),
  children: z.number().int(),
  people: z.number().int(),
  /** once it was needed */
  id: z.uuid().optional(),
})
export type SyncNode = z.infer<typeof SyncNode>

const UnitNumber = z.number().int().min(0).max(0x7fffffff)
export const TreeDelta = z.object({
  /** what was asked; a client that holds another version by now asks again */
  since: z.number().int(),
  ver: z.number().int(),
  view: z.string(),
  /** the caller's own county */
  county: z.number().int(),
  /** too long ago, too much changed, or another view: read the parts anew */
  tooOld: z.boolean(),
  units: z.array(SyncNode),
  /** not there any more, or not to be seen; a client that never had one ignores it */
  gone: z.array(z.number().int()),
})
export type TreeDelta = z.infer<typeof TreeDelta>

/** Compressed at leisure for a caller that says what it understands; otherwise the server agrees on it with each request. */
const encoding = z.enum(['br', 'gzip']).optional()

export const syncApi = defineApi({
  snapshot: download('/api/directory/snapshot', {
    summary: '同步目录树（到乡级）',
    permission: 'directory:read',
    input: z.object({ encoding }),
  }),
  countySnapshot: download('/api/directory/snapshot/counties/:no', {
    summary: '同步一个县的村居和内设机构',
    permission: 'directory:read',
    /** 0: the caller's own county */
    input: z.object({ no: UnitNumber, encoding }),
  }),
  delta: get('/api/directory/delta', {
    summary: '目录树的增量',
    permission: 'directory:read',
    input: z.object({
      since: z.number().int().min(0),
      view: z.string().max(40),
      /** how many nodes the caller holds: when a fifth of them changed, the parts are smaller */
      held: UnitNumber,
      /** counties whose parts the caller holds, beside the own one */
      counties: z.array(UnitNumber).max(20).optional(),
    }),
    output: TreeDelta,
  }),
  unitIds: get('/api/directory/units-by-no', {
    summary: '按编号查单位标识',
    permission: 'directory:read',
    input: z.object({ nos: z.array(UnitNumber).min(1).max(500) }),
    output: z.object({ rows: z.array(z.object({ no: z.number().int(), id: z.uuid() })) }),
  }),
})
