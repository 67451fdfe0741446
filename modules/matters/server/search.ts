import type { SearchProvider } from '#platform/search'
import { matterKinds } from '../contract.ts'
import { catalogue } from './catalogue.ts'

/** The global box finds basic matters by what they are called; their guide leads to the unit that carries them out. */
export const matterSearch: SearchProvider = {
  id: 'matters',
  title: '事项',
  hint: '按名称或编码找',
  order: 35,
  permission: 'matters:read',
  async search(ctx, q, limit) {
    const { rows, next } = await catalogue(ctx, { q, layer: 'basic', limit })
    const items = rows.map((row) => ({
      id: row.id,
      title: row.name,
      subtitle: `${matterKinds[row.kind]}，${row.unit.name}`,
      path: `/matters/${row.id}`,
      kind: '事项',
    }))
    return { items, more: next !== null }
  },
}
