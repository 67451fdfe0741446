import { conflict, invalid } from '#kernel/errors'
import type { StructureOperation, StructureReport } from '../contract/structure.ts'
import { endDuties, passTies, type TieStep } from './structure-ties.ts'
import * as write from './write.ts'

/** What was done, step by step, so that it can be told and turned round. */
export type Step =
  | TieStep
  | { step: 'created'; id: string }
  | { step: 'renamed'; id: string; name: string; shortName: string; documentMark: string | null }
  | { step: 'moved'; id: string; from: string }
  | { step: 'posts'; from: string; to: string; postIds: string[] }
  | { step: 'abolished'; id: string }
  | { step: 'restored'; id: string }

type Of<O extends StructureOperation['op']> = Extract<StructureOperation, { op: O }>
interface Doing {
  change: write.Change
  journal: Step[]
}

const create = async ({ change, journal }: Doing, input: Parameters<typeof write.createUnit>[1]): Promise<void> => {
  const taken = await change.sql('select 1 from directory.unit where id = $1', [input.id])
  if (taken.length > 0) throw conflict(`“${input.name}”已经建立。请删去这一项操作。`)
  journal.push({ step: 'created', id: await write.createUnit(change, input) })
}

const move = async ({ change, journal }: Doing, id: string, parentId: string): Promise<void> => {
  const before = await write.moveUnit(change, { id, parentId })
  journal.push({ step: 'moved', id, from: before.parent_id! })
}

const posts = async (
  { change, journal }: Doing,
  from: string,
  to: string,
  chosen: readonly string[] | undefined,
): Promise<void> => {
  if (from === to) throw invalid('接收单位不能是原单位。请改选。')
  const rows = await change.sql<{ id: string }>(
    'select id from directory.post where unit_id = $1 and valid_to is null and ($2::uuid[] is null or id = any($2)) order by id',
    [from, chosen ?? null],
  )
  const postIds = rows.map((row) => row.id)
  if (chosen && postIds.length !== new Set(chosen).size) {
    const { name } = await write.readUnit(change, from)
    throw conflict(`所选任职中有 ${new Set(chosen).size - postIds.length} 个已不在“${name}”。请重新选择人员。`)
  }
  if (postIds.length === 0) return
  await write.movePosts(change, from, to, postIds)
  journal.push({ step: 'posts', from, to, postIds }, ...(await endDuties(change, from, { all: false })))
}

const livingChildren = ({ sql }: write.Change, id: string) =>
  sql<{ id: string; name: string; kind: string }>(
    'select id, name, kind from directory.unit where parent_id = $1 and valid_to is null order by sort, no',
    [id],
  )

/** The unit ends; what else hangs on it goes to whoever takes over. */
const end = async (
  { change, journal }: Doing,
  id: string,
  { to, mergedInto }: { to: string | undefined; mergedInto?: string },
): Promise<void> => {
  journal.push(...(await passTies(change, id, to ?? null)), ...(await endDuties(change, id, { all: true })))
  await write.abolishUnit(change, { id, mergedInto })
  journal.push({ step: 'abolished', id })
}

/** Lower units of one name and kind become one, the others go on as they are. */
const merge = async (doing: Doing, id: string, into: string): Promise<void> => {
  const { change } = doing
  const [unit, target] = [await write.readUnit(change, id), await write.readUnit(change, into)]
  if (id === into) throw invalid(`不能把“${unit.name}”并入自己。请改选并入的单位。`)
  if (target.pre >= unit.pre && target.pre <= unit.pre_end)
    throw invalid(`不能把“${unit.name}”并入自己的下级“${target.name}”。请改选并入的单位。`)
  const twins = await livingChildren(change, into)
  for (const child of await livingChildren(change, id)) {
    const twin = twins.find((one) => one.name === child.name && one.kind === child.kind)
    if (twin) await merge(doing, child.id, twin.id)
    else await move(doing, child.id, into)
  }
  await posts(doing, id, into, undefined)
  await end(doing, id, { to: into, mergedInto: into })
}

const split = async (doing: Doing, operation: Of<'split'>): Promise<void> => {
  const { change } = doing
  const unit = await write.readUnit(change, operation.unitId)
  for (const part of operation.parts) {
    await create(doing, {
      id: part.id,
      parentId: part.parentId ?? unit.parent_id,
      name: part.name,
      shortName: part.shortName,
      kind: unit.kind,
      level: unit.level,
      regionCode: unit.region_code,
      line: unit.line,
      superiorId: unit.superior_id,
      closed: unit.closed,
    })
    const children = new Set((await livingChildren(change, unit.id)).map((child) => child.id))
    for (const id of part.childIds) {
      if (!children.has(id)) throw conflict(`划给“${part.name}”的下级中有的已不在“${unit.name}”之下。请重新选择。`)
      await move(doing, id, part.id!)
    }
    if (part.postIds.length > 0) await posts(doing, unit.id, part.id!, part.postIds)
  }
  if (!operation.abolish) return
  const rest = operation.parts[0]!.id!
  for (const child of await livingChildren(change, unit.id)) await move(doing, child.id, rest)
  await posts(doing, unit.id, rest, undefined)
  await end(doing, unit.id, { to: rest, mergedInto: rest })
}

const abolish = async (doing: Doing, operation: Of<'abolish'>): Promise<void> => {
  const { unitId, childrenTo, peopleTo } = operation
  if (childrenTo)
    for (const child of await livingChildren(doing.change, unitId)) await move(doing, child.id, childrenTo)
  if (peopleTo) await posts(doing, unitId, peopleTo, undefined)
  await end(doing, unitId, { to: peopleTo ?? childrenTo })
}

/** Does one operation. Refuses with a sentence when the directory does not allow it. */
export const perform = async (change: write.Change, operation: StructureOperation, journal: Step[]): Promise<void> => {
  const doing: Doing = { change, journal }
  switch (operation.op) {
    case 'create':
      return create(doing, operation)
    case 'rename': {
      const { unitId: id, name, shortName, documentMark } = operation
      const before = await write.updateUnit(change, { id, name, shortName, documentMark, effective: change.today })
      const { name: old, short_name, document_mark } = before
      journal.push({ step: 'renamed', id, name: old, shortName: short_name, documentMark: document_mark })
      return
    }
    case 'move':
      return move(doing, operation.unitId, operation.parentId)
    case 'merge':
      for (const id of operation.unitIds) await merge(doing, id, operation.intoId)
      return
    case 'split':
      return split(doing, operation)
    case 'abolish':
      return abolish(doing, operation)
    case 'people':
      return posts(doing, operation.unitId, operation.toId, operation.postIds)
    case 'restore':
      await write.restoreUnit(change, { id: operation.unitId })
      journal.push({ step: 'restored', id: operation.unitId })
  }
}

export const changesOf = (journal: readonly Step[]): StructureReport['changes'] => {
  const changes = { created: 0, renamed: 0, moved: 0, abolished: 0, restored: 0, posts: 0 }
  for (const one of journal)
    if (one.step !== 'ties' && one.step !== 'duties') changes[one.step] += one.step === 'posts' ? one.postIds.length : 1
  return changes
}

/** Units of which the journal says that they are no longer what they were. */
export const unitsOf = (journal: readonly Step[]): string[] => [
  ...new Set(journal.flatMap((one) => ('id' in one ? [one.id] : []))),
]

export interface Named {
  /** changed themselves */
  subjects: string[]
  /** receive others */
  targets: string[]
  /** come into being */
  created: Map<string, string>
}

/** The units that a plan names; those it creates are apart. */
export const namedIn = (operations: readonly StructureOperation[]): Named => {
  const created = new Map<string, string>()
  const subjects: string[] = []
  const targets: (string | null | undefined)[] = []
  for (const operation of operations) {
    if (operation.op === 'create') {
      created.set(operation.id!, operation.name)
      targets.push(operation.parentId)
    } else subjects.push(...(operation.op === 'merge' ? operation.unitIds : [operation.unitId]))
    if (operation.op === 'move') targets.push(operation.parentId)
    if (operation.op === 'merge') targets.push(operation.intoId)
    if (operation.op === 'people') targets.push(operation.toId)
    if (operation.op === 'abolish') targets.push(operation.peopleTo, operation.childrenTo)
    if (operation.op === 'split')
      for (const part of operation.parts) {
        created.set(part.id!, part.name)
        targets.push(part.parentId)
        subjects.push(...part.childIds)
      }
  }
  const known = (ids: readonly (string | null | undefined)[]): string[] => [
    ...new Set(ids.filter((id): id is string => typeof id === 'string' && !created.has(id))),
  ]
  const changed = known(subjects)
  return { subjects: changed, targets: known(targets).filter((id) => !changed.includes(id)), created }
}

/** One sentence for an operation; `name` knows every unit it names. */
export const sentence = (operation: StructureOperation, name: (id: string) => string): string => {
  const many = (ids: readonly string[]): string => ids.map((id) => `“${name(id)}”`).join('、')
  switch (operation.op) {
    case 'create':
      return `在“${name(operation.parentId)}”之下新建“${operation.name}”`
    case 'rename':
      return `“${name(operation.unitId)}”更名为“${operation.name}”`
    case 'move':
      return `“${name(operation.unitId)}”划转到“${name(operation.parentId)}”之下`
    case 'merge':
      return `${many(operation.unitIds)}并入“${name(operation.intoId)}”`
    case 'split': {
      const parts = operation.parts.map((part) => `“${part.name}”`).join('、')
      return operation.abolish
        ? `“${name(operation.unitId)}”拆分为${parts}`
        : `从“${name(operation.unitId)}”分出${parts}`
    }
    case 'abolish':
      return `撤销“${name(operation.unitId)}”${operation.peopleTo ? `，人员转入“${name(operation.peopleTo)}”` : ''}`
    case 'restore':
      return `恢复“${name(operation.unitId)}”`
    case 'people':
      return `“${name(operation.unitId)}”的${operation.postIds ? `${operation.postIds.length} 个任职` : '全部任职'}转入“${name(operation.toId)}”`
  }
}
