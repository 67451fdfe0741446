import type { Handlers } from '#kernel/module'
import type { adminApi } from '../contract/admin.ts'
import type { booksApi } from '../contract/books.ts'
import type { historyApi } from '../contract/history.ts'
import { applyBulk, previewBulk } from './admin-bulk.ts'
import * as people from './admin-people.ts'
import { adminPeople, downloadPeople } from './admin-people-list.ts'
import * as units from './admin-units.ts'
import * as books from './books.ts'
import { personHistory, unitHistory } from './history.ts'
import { childrenAsOf, peopleAsOf, unitAsOf } from './history-as-of.ts'

export const adminHandlers: Handlers<typeof adminApi> = {
  adminUnits: units.adminUnits,
  downloadUnits: units.downloadUnits,
  adminUnit: units.adminUnit,
  createUnit: units.createUnit,
  updateUnit: units.updateUnit,
  setUnitNames: units.setUnitNames,
  moveUnit: units.moveUnit,
  abolishUnit: units.abolishUnit,
  restoreUnit: units.restoreUnit,
  lines: units.lines,
  adminPeople,
  downloadPeople,
  adminPerson: people.adminPerson,
  identityNumber: people.identityNumber,
  findSamePerson: people.findSamePerson,
  createPerson: people.createPerson,
  updatePerson: people.updatePerson,
  createPost: people.createPost,
  updatePost: people.updatePost,
  endPost: people.endPost,
  deletePost: people.deletePost,
  setDuties: people.setDuties,
  handover: people.handover,
  movePerson: people.movePerson,
  leavePerson: people.leavePerson,
  returnPerson: people.returnPerson,
  dutyKinds: people.dutyKinds,
  saveDutyKind: people.saveDutyKind,
  ranks: people.ranks,
  previewBulk,
  applyBulk,
}
export const historyHandlers: Handlers<typeof historyApi> = {
  unitHistory,
  personHistory,
  unitAsOf,
  childrenAsOf,
  peopleAsOf,
}
export const booksHandlers: Handlers<typeof booksApi> = {
  books: books.books,
  book: books.book,
  adminBooks: books.adminBooks,
  adminBook: books.adminBook,
  createBook: books.createBook,
  updateBook: books.updateBook,
  setBookEntries: books.setBookEntries,
  deleteBook: books.deleteBook,
}
