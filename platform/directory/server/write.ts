/**
 * The one place where units, people, posts and duties change. `changeDirectory(ctx, author, work)` opens a change in the caller's
 * transaction; the verbs below write rows within it; its end keeps search words, counts, guards, versions and sync in line.
 */
export { type Author, type ChangeSource, changeDirectory } from './write-change.ts'
export { assertConsistent } from './write-check.ts'
export type { Change } from './write-model.ts'
export {
  createPerson,
  identityIndex,
  personFaults,
  personLeft,
  returnPerson,
  updatePerson,
} from './write-people.ts'
export { abolishUnit, movePosts, moveUnit, restoreUnit } from './write-places.ts'
export {
  createPost,
  deletePost,
  endPost,
  movePerson,
  setDuties,
  updatePost,
} from './write-posts.ts'
export {
  createUnit,
  readUnit,
  setUnitNames,
  type UnitFields,
  type UnitPatch,
  type UnitRow,
  updateUnit,
} from './write-units.ts'
