import { useState } from 'react'
import type { SearchParams } from '../search-params.ts'
import { useShellIfAny } from '../shell/context.ts'
import { toast } from '../toast.tsx'
import { askedOf, readViews, type SavedView, viewOf, withView, writeViews } from './model.ts'

/** The saved views of a list: `state` is what its address says now, `columns` what was chosen of a table. */
export function useViews(listId: string, state: SearchParams, columns?: readonly string[]) {
  const personId = useShellIfAny()?.session.personId ?? 'visitor'
  const [views, setViews] = useState(() => readViews(personId, listId))
  const keep = (next: SavedView[]) => {
    if (!writeViews(personId, listId, next))
      return toast.failed('这台设备存不下视图，没有保存。请清理浏览器的存储空间。')
    setViews(next)
  }
  return {
    views,
    /** the one that is shown now */
    current: viewOf(views, state, columns),
    save: (name: string) => keep(withView(views, { name, asked: askedOf(state), columns: columns && [...columns] })),
    remove: (view: SavedView) => keep(views.filter((one) => one !== view)),
  }
}
export type Views = ReturnType<typeof useViews>
