import type { SearchGroup as Answer, SearchItem as Hit } from '#platform/search/contract'
import { highlight, highlightText } from './highlight.ts'
import type { SearchGroup, SearchItem } from './types.ts'

/** One kind as the box shows it: under its headings in the order they come, `20+` as soon as nobody counts on. */
export function groupsOf(answer: Pick<Answer, 'title' | 'items' | 'more'>, q: string): SearchGroup[] {
  const titles = [...new Set(answer.items.map((hit) => hit.group ?? answer.title))]
  return titles.map((title, at) => {
    const hits = answer.items.filter((hit) => (hit.group ?? answer.title) === title)
    const open = answer.more && at === titles.length - 1
    return {
      title,
      count: open ? `${answer.items.length}+` : String(hits.length),
      items: hits.map((hit) => itemOf(hit, q)),
    }
  })
}

function itemOf(hit: Hit, q: string): SearchItem {
  const found = hit.reading === undefined ? undefined : highlight(q, hit.title, hit.reading)
  return {
    id: hit.id,
    title: hit.title,
    titleRanges: found?.name ?? highlightText(q, hit.title),
    // keyboards write v for ü; readers do not. Same length, so that marks stay in place
    sub: hit.reading?.replaceAll('v', 'ü'),
    subRanges: found?.pinyin,
    meta: hit.subtitle,
    avatar: hit.person ? hit.title : undefined,
    enter: { label: `打开${hit.kind}`, to: hit.path },
    right: hit.aside && { label: hit.aside.label, to: hit.aside.path },
  }
}
