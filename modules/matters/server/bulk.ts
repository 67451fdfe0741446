import type { OutputOf, ParsedOf } from '#kernel/contract'
import { AppError } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { type BulkRow, LocalElements, localTitles, type mattersApi, openStates } from '../contract.ts'
import { approve, revise, save, submit } from './drafts.ts'

type Api = typeof mattersApi
interface Row {
  id: string
  name: string
  elements: unknown
  openState: string | null
}
type Field = keyof ParsedOf<Api['bulkEdit']>['set']

const changesOf = (local: LocalElements, set: ParsedOf<Api['bulkEdit']>['set']): BulkRow['changes'] =>
  (Object.keys(set) as Field[]).flatMap((field) => {
    const after = set[field]
    return after === undefined || after === local[field]
      ? []
      : [{ title: localTitles[field], before: local[field], after }]
  })

/** The same local elements for many implementing matters: shown first, then each a version that goes for approval. */
export const bulkEdit = async (
  ctx: Ctx,
  { ids, set, apply }: ParsedOf<Api['bulkEdit']>,
): Promise<OutputOf<Api['bulkEdit']>> => {
  const scope = ctx.scopeText('m.unit_id', 2)
  const found = await ctx.sql<Row>(
    `select m.id, m.name || '，' || u.name as name, v.elements, o.state as "openState" from matters.matter m join directory.unit u on u.id = m.unit_id
     join matters.version v on v.id = m.version_id
     left join matters.version o on o.matter_id = m.id and o.state in ('draft', 'review', 'returned', 'approved')
     where m.id = any($1::uuid[]) and m.layer = 'implementing' and m.state = 'published' and ${scope.text} order by u.pre, m.code`,
    [ids, ...scope.params],
  )
  const rows: BulkRow[] = []
  for (const row of found) {
    const local = LocalElements.parse(row.elements)
    const changes = changesOf(local, set)
    const busy = row.openState !== null && (openStates as readonly string[]).includes(row.openState)
    const refused = busy ? '有一版在编制或审核中' : changes.length === 0 ? '已经是这样' : null
    rows.push({ id: row.id, name: row.name, changes, refused })
    if (!apply || refused) continue
    const draft = await revise(ctx, { id: row.id })
    const saved = await save(ctx, { id: draft.id, revision: draft.revision, local: { ...local, ...set } })
    await submit(ctx, { id: saved.id, revision: saved.revision, publishOn: null })
  }
  return { rows }
}

/** Many at once, each with a fate of its own: one that is refused does not hold up the others. */
export const bulkApprove = async (
  ctx: Ctx,
  { ids }: ParsedOf<Api['bulkApprove']>,
): Promise<OutputOf<Api['bulkApprove']>> => {
  const refused: { id: string; reason: string }[] = []
  for (const id of ids) {
    const [row] = await ctx.sql<{ revision: number }>('select revision from matters.version where id = $1', [id])
    try {
      await approve(ctx, { id, revision: row?.revision ?? 0 })
    } catch (error) {
      // refusals come before anything is written, so the transaction is whole
      if (!(error instanceof AppError)) throw error
      refused.push({ id, reason: error.message })
    }
  }
  return { approved: ids.length - refused.length, refused }
}
