import type { StructurePlan } from '../../../contract.ts'
import { directory } from '../../client.ts'
import { namedIds, plannedUnits, toDraft } from './operation-model.ts'

/** The names that belong to the ids of a plan: units of today, units it makes, people by their posts. */
export async function namesOf(plan: StructurePlan, signal: AbortSignal): Promise<Map<string, string>> {
  const { units, posts } = namedIds(plan.operations)
  const names = new Map(plannedUnits(plan.operations.map((one, at) => toDraft(one, at, String))).map(toPair))
  for (const id of units) {
    if (names.has(id)) continue
    // one that is gone or out of the scope must not keep the plan from being put right
    const unit = await directory.adminUnit({ id }, { signal }).catch(() => undefined)
    names.set(id, unit?.name ?? '（没有这个单位）')
  }
  const wanted = new Set(posts)
  const sources = new Set(
    plan.operations.flatMap((one) => (one.op === 'people' || one.op === 'split' ? [one.unitId] : [])),
  )
  for (const under of wanted.size > 0 ? sources : []) {
    let cursor: string | undefined
    do {
      const page = await directory.adminPeople({ under, limit: 200, cursor }, { signal })
      for (const row of page.rows) if (wanted.has(row.postId)) names.set(row.postId, row.name)
      cursor = page.next ?? undefined
    } while (cursor && posts.some((id) => !names.has(id)))
  }
  return names
}
const toPair = ({ id, name }: { id: string; name: string }) => [id, name] as const
