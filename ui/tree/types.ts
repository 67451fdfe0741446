/** One unit as a tree shows it. */
export interface UnitNode {
  id: string
  name: string
  hasChildren: boolean
  /** at the right of the name: 64 人, 2,214 */
  note?: string
  /** where it hangs, for search results: 山东省 滨州市 博兴县 */
  path?: string
}

/** Children of a unit; of nothing at the top. May answer at once from a cache. */
export type LoadUnits = (parentId: string | undefined) => UnitNode[] | Promise<UnitNode[]>
