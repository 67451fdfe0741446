/**
 * The one place where units, people, posts and duties change. `changeDirectory(ctx, author, work)` opens a change in the caller's
 * transaction; the verbs below write rows within it; its end keeps search words, counts, guards, versions and sync in line.
 */
export { type Author, type Change, type ChangeSource, changeDirectory, type Touched } from './write-change.ts'
export { assertConsistent, assertPreorder } from './write-check.ts'
export type { DatedName, NameKind, StatutoryFunction } from './write-names.ts'
export {
  createPerson,
  identityIndex,
  type Leaving,
  type PersonFields,
  type PersonPatch,
  type PersonRecord,
  personByIdentity,
  personFaults,
  personLeft,
  readPerson,
  returnPerson,
  updatePerson,
} from './write-people.ts'
export { type Abolition, abolishUnit, movePosts, moveUnit, restoreUnit } from './write-places.ts'
export {
  createPost,
  endPost,
  endPosts,
  type Moving,
  movePerson,
  type NewPost,
  type PostFields,
  type PostPatch,
  type PostRow,
  readPost,
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
