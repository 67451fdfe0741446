import type { Query } from '#kernel/db'
import { AppError } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { UnitKind } from '../contract/browse.ts'
import { tidy } from './import-fields.ts'
import type { Place, Places, Scope } from './import-places.ts'
import type { CellFault, Draft } from './import-rows.ts'
import { type Change, createUnit, type UnitFields, type UnitPatch, updateUnit } from './write.ts'
import { isPlace } from './write-units.ts'

/** What a row of a units file comes to. */
export type UnitOutcome =
  | { make: UnitFields & { id: string; parentId: string; validFrom?: string } }
  | { patch: UnitPatch | null }
  | { faults: CellFault[] }

export interface KnownUnit {
  id: string
  name: string
  shortName: string
  kind: string
  level: number
  creditCode: string | null
  documentMark: string | null
  regionCode: string | null
  line: string | null
  establishment: number | null
  phone: string | null
  address: string | null
  sort: number
  validFrom: string
}

export const loadUnits = async (sql: Query, ids: readonly string[]): Promise<Map<string, KnownUnit>> => {
  const rows = await sql<KnownUnit>(
    `select id, name, short_name as "shortName", kind, level, credit_code as "creditCode", document_mark as "documentMark", region_code as "regionCode",
       line, establishment, phone, address, sort, valid_from as "validFrom"
     from directory.unit where id = any($1::uuid[]) and valid_to is null`,
    [ids],
  )
  return new Map(rows.map((row) => [row.id, row]))
}

const textOf = (draft: Draft, field: string): string | undefined => draft.values[field] as string | undefined

interface Target {
  known?: Place
  parent?: Place
  fault?: CellFault
}

/** The unit a row is about and the parent it names; without a parent the unit the import is for is meant. */
export const targetOf = (draft: Draft, places: Places, home: Place): Target => {
  const id = textOf(draft, 'unitId')
  const byId = id === undefined ? undefined : places.get(id)
  if (id !== undefined && !byId?.inside)
    return { fault: draft.blame('unitId', '没有这个单位，或不在您的管理范围内。新增的行请把标识留空。') }
  const parentText = textOf(draft, 'parent')
  const own = byId && places.parentOf(byId)
  if (byId && (parentText === undefined || (own && tidy(places.pathOf(own)) === parentText)))
    return { known: byId, parent: own }
  const found = parentText === undefined ? { place: home } : places.find(parentText, '', home)
  if ('fault' in found) return { fault: draft.blame('parent', found.fault) }
  if (byId && own !== found.place)
    return { fault: draft.blame('parent', '与现有的上级单位不同。划转请用“机构改革”办理。') }
  const code = textOf(draft, 'creditCode')
  const byCode = code === undefined ? undefined : places.withCredit(code)
  const known = byId ?? byCode ?? places.childOf(found.place, textOf(draft, 'name') ?? '')
  if (known && places.parentOf(known) !== found.place)
    return { fault: draft.blame('creditCode', `统一社会信用代码已用于“${known.name}”，它的上级与这一行不同。请核对。`) }
  return { known, parent: found.place }
}

const fieldNames = [
  'name',
  'shortName',
  'kind',
  'creditCode',
  'documentMark',
  'regionCode',
  'line',
  'establishment',
  'phone',
  'address',
  'sort',
  'validFrom',
] as const

const patchOf = (draft: Draft, known: KnownUnit): UnitPatch | null => {
  const changes: Record<string, unknown> = {}
  for (const field of fieldNames) {
    const [now, next] = [known[field], draft.values[field]]
    if (next !== undefined && (typeof now === 'string' ? tidy(now) : now) !== next) changes[field] = next
  }
  const level = textOf(draft, 'level')
  if (level !== undefined && Number(level) !== known.level) changes.level = Number(level)
  return Object.keys(changes).length === 0 ? null : { ...(changes as Partial<UnitFields>), id: known.id }
}

const newUnit = (draft: Draft, parent: Place): UnitOutcome => {
  const kind = textOf(draft, 'kind') as UnitKind | undefined
  const faults: CellFault[] = []
  if (kind === undefined) faults.push(draft.blame('kind', '新增单位请填写性质。'))
  if (parent.kind === 'division' && kind !== 'division')
    faults.push(draft.blame('kind', '内设机构之下只能再设内设机构。'))
  if (kind === 'division' && isPlace({ kind: parent.kind as UnitKind, level: parent.level }))
    faults.push(draft.blame('kind', '内设机构须设在单位之下，不能直接设在区划或分组之下。'))
  const level = Number(textOf(draft, 'level') ?? parent.level)
  if (level < parent.level) faults.push(draft.blame('level', '下级单位的层级不能高于上级单位。'))
  if (faults.length > 0 || kind === undefined) return { faults }
  return {
    make: {
      id: newId(),
      parentId: parent.id,
      name: textOf(draft, 'name') ?? '',
      shortName: textOf(draft, 'shortName'),
      kind,
      level,
      creditCode: textOf(draft, 'creditCode'),
      documentMark: textOf(draft, 'documentMark'),
      regionCode: textOf(draft, 'regionCode'),
      line: textOf(draft, 'line'),
      establishment: draft.values.establishment as number | undefined,
      phone: textOf(draft, 'phone'),
      address: textOf(draft, 'address'),
      sort: draft.values.sort as number | undefined,
      validFrom: textOf(draft, 'validFrom'),
    },
  }
}

/** Units that rows of the file name, by row; units made by earlier rows of it count as known. */
export class UnitFile {
  readonly #rows = new Map<string, number>()
  readonly places: Places
  readonly home: Place
  constructor(places: Places, home: Place) {
    this.places = places
    this.home = home
  }

  /** Reads the rows known units need, then decides each row in turn; `done` is called before the next row is looked at. */
  async decide(
    sql: Query,
    drafts: readonly Draft[],
    done: (draft: Draft, outcome: UnitOutcome) => Promise<CellFault[]>,
  ) {
    const targets = drafts.map((draft) => (draft.faults.length > 0 ? {} : targetOf(draft, this.places, this.home)))
    const known = await loadUnits(
      sql,
      targets.flatMap((target) => target.known?.id ?? []),
    )
    const verdicts: { draft: Draft; outcome: UnitOutcome }[] = []
    for (const draft of drafts) {
      const planned = this.#decide(draft, known)
      const faults = 'faults' in planned ? planned.faults : await done(draft, planned)
      const outcome = faults.length > 0 ? { faults } : planned
      if ('make' in outcome) this.#add(outcome.make)
      verdicts.push({ draft, outcome })
    }
    return verdicts
  }

  #decide(draft: Draft, known: ReadonlyMap<string, KnownUnit>): UnitOutcome {
    if (draft.faults.length > 0) return { faults: draft.faults }
    const target = targetOf(draft, this.places, this.home)
    if (target.fault) return { faults: [target.fault] }
    const key = target.known?.id ?? `${target.parent?.id}/${textOf(draft, 'name')}`
    const earlier = this.#rows.get(key)
    if (earlier !== undefined && earlier !== draft.no)
      return { faults: [draft.blame('name', `与前面第 ${earlier} 条数据是同一个单位，重复了。`)] }
    this.#rows.set(key, draft.no)
    const unit = target.known && known.get(target.known.id)
    if (unit) return { patch: patchOf(draft, unit) }
    if (!target.parent) return { faults: [draft.blame('parent', '请填写上级单位。')] }
    const outcome = newUnit(draft, target.parent)
    if ('make' in outcome) this.#rows.set(outcome.make.id, draft.no)
    return outcome
  }

  // Numbers of units that are not in the directory yet only have to differ.
  #next = -1
  #add(made: UnitFields & { id: string; parentId: string }): void {
    const parent = this.places.get(made.parentId)
    const no = this.#next--
    this.places.add({
      id: made.id,
      no,
      parentId: made.parentId,
      kind: made.kind,
      level: made.level,
      name: made.name,
      shortName: made.shortName ?? made.name,
      creditCode: made.creditCode ?? null,
      orgNo: made.kind === 'division' && parent ? parent.orgNo : no,
      inside: true,
    })
  }
}

const asFault = (draft: Draft, error: unknown): CellFault[] => {
  if (!(error instanceof AppError)) throw error
  const field = error.errors?.[0]?.path
  return [draft.blame(field === 'parentId' ? 'parent' : (field ?? 'name'), error.message)]
}

/** Writes one decided row; a rule of the directory that the check could not know becomes a fault of the row. */
export const writeUnit =
  (change: Change, scope: Scope) =>
  async (draft: Draft, outcome: UnitOutcome): Promise<CellFault[]> => {
    const target = 'make' in outcome ? outcome.make.parentId : 'patch' in outcome ? outcome.patch?.id : undefined
    if (target === undefined) return []
    const inScope = scope('u.id', 2)
    const allowed = await change.sql(
      `select 1 from directory.unit u where u.id = $1 and u.valid_to is null and ${inScope.text}`,
      [target, ...inScope.params],
    )
    if (allowed.length === 0) return [draft.blame('parent', '这个单位已撤销，或不再属于您的管理范围。')]
    try {
      if ('make' in outcome) await createUnit(change, outcome.make)
      else if ('patch' in outcome && outcome.patch) await updateUnit(change, outcome.patch)
      return []
    } catch (error) {
      return asFault(draft, error)
    }
  }
