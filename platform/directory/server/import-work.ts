import type { Query } from '#kernel/db'
import type { Kernel, SystemCtx } from '#kernel/module'
import type { ImportKind } from '../contract/transfer.ts'
import { identityIndexer, openIdentity } from './identity-number.ts'
import { Crowd, type IndexOf, keysOf, type PersonImage, type PostImage, plainNumber } from './import-crowd.ts'
import { type Action, type Tools, weave } from './import-people.ts'
import { type Loaded, loadPeople, writePeople } from './import-people-sql.ts'
import type { Place, Places, Scope } from './import-places.ts'
import type { CellFault, Draft } from './import-rows.ts'
import { KeyTable, SeenPeople } from './import-seen.ts'
import { UnitFile, type UnitOutcome, writeUnit } from './import-units.ts'
import { type Author, changeDirectory } from './write.ts'

/** What became of one row. */
export type Verdict = { draft: Draft } & ({ action: Action } | { faults: CellFault[] })

/** How one kind of file is checked and applied, batch by batch, in the order of the file. */
export interface Work {
  check(sql: Query, drafts: readonly Draft[]): Promise<Verdict[]>
  /** within the transaction that also moves the checkpoint; rows that are refused do not hold up the others */
  apply(ctx: SystemCtx, drafts: readonly Draft[]): Promise<Verdict[]>
}

export interface WorkOptions {
  kernel: Kernel
  scope: Scope
  places: Places
  home: Place
  author: Author
  today: string
}

export const workOf = (kind: ImportKind, options: WorkOptions): Work =>
  kind === 'people' ? peopleWork(options) : unitsWork(options)

const peopleWork = ({ kernel, scope, places, home, author, today }: WorkOptions): Work => {
  const indexer = identityIndexer(kernel.keys)
  // A row asks for its index several times.
  const indexes = new Map<string, string>()
  const indexOf = (identity: string): string => {
    const known = indexes.get(identity)
    if (known !== undefined) return known
    const index = indexer(identity).toString('hex')
    indexes.set(identity, index)
    return index
  }
  const gather = async (
    sql: Query,
    drafts: readonly Draft[],
    lock: boolean,
  ): Promise<{ crowd: Crowd; tools: Tools }> => {
    indexes.clear()
    const loaded = await loadPeople(kernel, sql, keysOf(drafts, indexOf), scope, lock)
    return {
      crowd: new Crowd(loaded.people),
      tools: { places, home, today, indexOf, openIdentity: opener(kernel, loaded) },
    }
  }
  const file = inFile(indexOf)
  return {
    async check(sql, drafts) {
      const { crowd, tools } = await gather(sql, drafts, false)
      return drafts.map((draft): Verdict => {
        const outcome = weave(draft, crowd, tools)
        if ('faults' in outcome) return { draft, faults: outcome.faults }
        const { faults, again } = file(draft, outcome.person, outcome.post)
        if (faults.length > 0) return { draft, faults }
        return { draft, action: again && outcome.action === 'created' ? 'posts' : outcome.action }
      })
    },
    apply: (ctx, drafts) =>
      changeDirectory(ctx, author, async (change) => {
        const { crowd, tools } = await gather(change.sql, drafts, true)
        const verdicts = drafts.map((draft): Verdict => {
          const outcome = weave(draft, crowd, tools)
          return 'faults' in outcome ? { draft, faults: outcome.faults } : { draft, action: outcome.action }
        })
        await writePeople(change, crowd.people, scope)
        return verdicts
      }),
  }
}

const opener =
  (kernel: Kernel, { boxes }: Loaded) =>
  (person: PersonImage): string | null => {
    const box = boxes.get(person.id)
    return person.identityNumber ?? (box ? openIdentity(kernel.keys, box, person.id) : null)
  }

/** Rows of one file about the same person must agree, whether the directory knows the person or not. */
const inFile = (indexOf: IndexOf) => {
  const seen = new SeenPeople()
  const keyOf = (draft: Draft, person: PersonImage): string => {
    if (person.is !== 'new') return `p${person.id}`
    const { identityNumber, staffNo, name, mobile } = draft.values
    if (identityNumber !== undefined) return `i${indexOf(String(identityNumber))}`
    return staffNo === undefined ? `m${name}/${mobile}` : `s${staffNo}`
  }
  return (draft: Draft, person: PersonImage, post: PostImage): { faults: CellFault[]; again: boolean } => {
    const { firstRow, isNew, contradiction } = seen.note(keyOf(draft, person), {
      no: draft.no,
      name: draft.values.name as string | undefined,
      mobile: plainNumber(draft, 'mobile'),
      post: `${post.unitId}/${post.kind}/${post.title}`,
      isMain: post.kind === 'main',
    })
    if (!contradiction) return { faults: [], again: !isNew }
    const [field, what] = contradictions[contradiction]
    return { again: true, faults: [draft.blame(field, `与第 ${firstRow} 条数据是同一个人，${what}`)] }
  }
}
const contradictions = {
  name: ['name', '姓名却不同。请核对。'],
  mobile: ['mobile', '手机号却不同。请核对。'],
  post: ['name', '任职也相同，重复了。请删去其中一行。'],
  main: ['postKind', '两行都是主职。一个人只能有一个主职，请改为兼职、挂职或借调。'],
} as const

const unitAction = (outcome: UnitOutcome): Action =>
  'make' in outcome ? 'created' : 'patch' in outcome && outcome.patch ? 'updated' : 'same'
const unitVerdict = ({ draft, outcome }: { draft: Draft; outcome: UnitOutcome }): Verdict =>
  'faults' in outcome ? { draft, faults: outcome.faults } : { draft, action: unitAction(outcome) }

const unitsWork = ({ scope, places, home, author }: WorkOptions): Work => {
  const file = new UnitFile(places, home)
  const codes = new KeyTable(32)
  return {
    async check(sql, drafts) {
      const taken = await foreignCodes(sql, drafts, scope)
      const verdicts = await file.decide(sql, drafts, async (draft) => {
        const code = draft.values.creditCode as string | undefined
        if (code === undefined) return []
        if (taken.has(code)) return [draft.blame('creditCode', '这个统一社会信用代码已用于别的单位。请核对。')]
        const { slot, isNew } = codes.at(code)
        if (isNew) codes.set(slot, 0, draft.no)
        const same = `与第 ${codes.get(slot, 0)} 条数据的统一社会信用代码相同。请核对。`
        return isNew ? [] : [draft.blame('creditCode', same)]
      })
      return verdicts.map(unitVerdict)
    },
    apply: (ctx, drafts) =>
      changeDirectory(ctx, author, async (change) =>
        (await file.decide(change.sql, drafts, writeUnit(change, scope))).map(unitVerdict),
      ),
  }
}

/** Codes of a batch that units outside the scope bear: only that they are taken is told. */
const foreignCodes = async (sql: Query, drafts: readonly Draft[], scope: Scope): Promise<Set<string>> => {
  const codes = drafts.flatMap((draft) => (draft.values.creditCode as string | undefined) ?? [])
  const inScope = scope('u.id', 2)
  const rows = await sql<{ code: string }>(
    `select u.credit_code as code from directory.unit u where u.credit_code = any($1::text[]) and u.valid_to is null and not (${inScope.text})`,
    [codes, ...inScope.params],
  )
  return new Set(rows.map((row) => row.code))
}
