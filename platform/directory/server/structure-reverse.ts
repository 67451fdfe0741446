import type { Query } from '#kernel/db'
import { conflict } from '#kernel/errors'
import type { StructureOperation } from '../contract/structure.ts'
import type { Step } from './structure-operations.ts'

const MOST_OPERATIONS = 500

/** Those of the posts that are still where the plan put them. */
const stillThere = async (sql: Query, unitId: string, postIds: readonly string[]): Promise<string[]> =>
  (
    await sql<{ id: string }>(
      'select id from directory.post where unit_id = $1 and id = any($2::uuid[]) and valid_to is null order by id',
      [unitId, postIds],
    )
  ).map((row) => row.id)

/** The operations that undo what a plan did, last step first, and what they cannot undo. */
export const reverseOf = async (
  sql: Query,
  journal: readonly Step[],
): Promise<{ operations: StructureOperation[]; notes: string[] }> => {
  const operations: StructureOperation[] = []
  let gone = 0
  for (const done of journal.toReversed()) {
    if (done.step === 'created' || done.step === 'restored') operations.push({ op: 'abolish', unitId: done.id })
    if (done.step === 'abolished') operations.push({ op: 'restore', unitId: done.id })
    if (done.step === 'moved') operations.push({ op: 'move', unitId: done.id, parentId: done.from })
    if (done.step === 'renamed') {
      const { id, name, shortName, documentMark } = done
      operations.push({ op: 'rename', unitId: id, name, shortName, documentMark })
    }
    if (done.step === 'posts') {
      const postIds = await stillThere(sql, done.to, done.postIds)
      gone += done.postIds.length - postIds.length
      if (postIds.length > 0) operations.push({ op: 'people', unitId: done.to, toId: done.from, postIds })
    }
  }
  if (operations.length === 0) throw conflict('这个方案没有可以反向办理的操作。')
  if (operations.length > MOST_OPERATIONS)
    throw conflict(`反向方案需要 ${operations.length} 项操作，超过 ${MOST_OPERATIONS} 项。请分几个方案办理。`)
  const notes: string[] = []
  if (gone > 0) notes.push(`有 ${gone} 个任职在方案生效后已经变动，不再转回。`)
  if (journal.some(({ step }) => step === 'ties' || step === 'duties'))
    notes.push(
      '随原方案终止的岗位职责，转出的行业通讯录、可见性规则和业务主管关系，在生效时一并恢复；其后另行改动过的保持现状。',
    )
  if (journal.some(({ step }) => step === 'created'))
    notes.push('方案生效后进入新建单位的人员须先调出，否则新建单位不能撤销。')
  return { operations, notes }
}
