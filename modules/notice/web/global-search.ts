import { format, type SearchGroup } from '#ui'
import { notices } from './client.ts'

const SHOWN = 8

/** What the global box shows of notices: those the inbox has, by title. */
export async function searchNotices(q: string, signal: AbortSignal): Promise<SearchGroup[]> {
  const { rows, next } = await notices.inbox({ q, limit: SHOWN }, { signal })
  const items = rows.map((row) => ({
    id: row.id,
    title: row.title,
    meta: `${row.unitName} ${format.day(row.publishedAt)}`,
    enter: { label: '查看', to: `/notices?row=${row.id}` },
  }))
  return items.length > 0 ? [{ title: '通知公告', count: next ? `${SHOWN}+` : undefined, items }] : []
}
