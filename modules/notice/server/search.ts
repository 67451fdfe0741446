import type { SearchProvider } from '#platform/search'
import { noticeKinds } from '../contract.ts'
import { listInbox } from './inbox.ts'

/** The global box finds what the inbox would show, by title. */
export const noticeSearch: SearchProvider = {
  id: 'notice',
  title: '通知公告',
  order: 40,
  permission: 'notice:read',
  async search(ctx, q, limit) {
    const { rows } = await listInbox(ctx, { q, limit })
    return rows.map((row) => ({
      id: row.id,
      title: row.title,
      subtitle: row.withdrawn ? `${row.unitName}，已撤回` : row.unitName,
      path: `/notices?row=${row.id}`,
      kind: noticeKinds[row.kind],
    }))
  },
}
