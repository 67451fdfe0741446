import type { SearchGroup, SearchItem } from '#ui'
import { type PersonRow, type SearchAnswer, searchStages, type UnitNode } from '../contract.ts'
import { highlight, highlightText } from './highlight.ts'
import { placeOf, shownPinyin } from './person-words.ts'

/** Groups of the global box, near first; "20+" as soon as nobody counts on. */
export const peopleGroups = (answer: Pick<SearchAnswer, 'people'>, q: string): SearchGroup[] =>
  answer.people
    .filter(({ rows }) => rows.length > 0)
    .map(({ stage, rows, more }) => ({
      title: searchStages[stage],
      count: more ? '20+' : String(rows.length),
      items: rows.map((row) => personItem(row, q)),
    }))

function personItem(row: PersonRow, q: string): SearchItem {
  const found = highlight(q, row.name, row.pinyin)
  const to = `/contacts/people/${row.personId}`
  return {
    id: row.postId,
    title: row.name,
    titleRanges: found.name,
    sub: shownPinyin(row.pinyin),
    subRanges: found.pinyin,
    meta: placeOf(row).join(' · '),
    avatar: row.name,
    enter: { label: '打开名片', to },
    right: { label: '到所在单位', to: `/contacts/units/${row.orgId}` },
  }
}

/** A unit as the global box shows it. */
export const unitItem = (unit: UnitNode & { crumb: string }, q: string): SearchItem => ({
  id: unit.id,
  title: unit.name,
  titleRanges: highlightText(q, unit.name),
  meta: unit.crumb,
  enter: { label: '打开单位', to: `/contacts/units/${unit.id}` },
})
