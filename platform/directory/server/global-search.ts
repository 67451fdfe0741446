import type { Ctx } from '#kernel/module'
import type { SearchHits, SearchProvider } from '#platform/search'
import { type PersonRow, searchStages } from '../contract/browse.ts'
import { search } from './search.ts'

const LONGEST = 40
const Uuid = /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/i
const permission = 'directory:read'

type PersonHit = SearchHits['items'][number]
const personHit = (row: PersonRow, group: string): PersonHit => ({
  id: row.personId,
  title: row.name,
  // nothing twice: a village is its own unit
  subtitle: [...new Set([row.orgName, row.unitName, row.title])].filter(Boolean).join(' · '),
  path: `/contacts/people/${row.personId}`,
  kind: '名片',
  reading: row.pinyin,
  group,
  person: true,
  aside: { label: '到所在单位', path: `/contacts/units/${row.orgId}` },
})

const findPeople = async (ctx: Ctx, q: string, limit: number, recent: readonly string[]): Promise<SearchHits> => {
  const known = recent.filter((id) => Uuid.test(id))
  const { people, more } = await search(ctx, { q: q.slice(0, LONGEST), kind: 'people', recent: known })
  const items = people.flatMap(({ stage, rows }) => rows.map((row) => personHit(row, searchStages[stage])))
  return { items: items.slice(0, limit), more }
}

const findUnits = async (ctx: Ctx, q: string, limit: number): Promise<SearchHits> => {
  const { units, more } = await search(ctx, { q: q.slice(0, LONGEST), kind: 'units' })
  const items = units.map((unit) => ({
    id: unit.id,
    title: unit.name,
    subtitle: unit.crumb,
    path: `/contacts/units/${unit.id}`,
    kind: '单位',
  }))
  return { items: items.slice(0, limit), more }
}

/** What the directory adds to the global box: people nearest first, and units. */
export const directorySearch: readonly SearchProvider[] = [
  { id: 'people', title: '人员', hint: '支持汉字、全拼、首字母、手机尾号', order: 10, permission, search: findPeople },
  { id: 'units', title: '单位', hint: '支持全称、简称、首字母', order: 20, permission, search: findUnits },
]
