import { dayOf } from '#kernel/clock'
import type { SearchProvider } from '#platform/search'
import { noticeKinds } from '../contract.ts'
import { listInbox } from './inbox.ts'

const dayInWords = (at: string): string => dayOf(new Date(at)).replace(/^(\d+)-0?(\d+)-0?(\d+)$/, '$1年$2月$3日')

/** The global box finds what the inbox would show, by title. */
export const noticeSearch: SearchProvider = {
  id: 'notice',
  title: '通知',
  hint: '按标题找',
  order: 40,
  permission: 'notice:read',
  async search(ctx, q, limit) {
    const { rows, next } = await listInbox(ctx, { q, limit })
    const items = rows.map((row) => ({
      id: row.id,
      title: row.title,
      subtitle: `${row.unitName}，${row.withdrawn ? '已撤回' : dayInWords(row.publishedAt)}`,
      path: `/notices?row=${row.id}`,
      kind: noticeKinds[row.kind],
    }))
    return { items, more: next !== null }
  },
}
