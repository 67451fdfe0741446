import { z } from 'zod'
import { defineApi, del, Empty, get, Id, listInput, listOutput, Moment, post, put } from '#kernel/contract'
import { UnitRef } from './browse.ts'

const Text = (max: number) => z.string().trim().max(max)

export const AddressBook = z.object({
  id: z.uuid(),
  title: z.string(),
  line: z.string().nullable(),
  note: z.string(),
  ownerUnit: UnitRef,
  entries: z.number().int(),
  updatedAt: Moment,
  revision: z.number().int(),
})
export type AddressBook = z.infer<typeof AddressBook>

/** A line of a book: a unit, or a person with the main post. What the reader may not see is not there. */
export const BookEntry = z.object({
  id: z.uuid(),
  section: z.string(),
  note: z.string(),
  unit: UnitRef.extend({ phone: z.string().nullable() }).nullable(),
  person: z
    .object({
      id: z.uuid(),
      name: z.string(),
      title: z.string(),
      unitName: z.string(),
      phone: z.string().nullable(),
      mobile: z.string().nullable(),
      masked: z.array(z.string()),
    })
    .nullable(),
})
export type BookEntry = z.infer<typeof BookEntry>

const input = {
  title: Text(100).min(1, '请填写名称。'),
  line: Text(40).nullable().default(null),
  note: Text(300).default(''),
  ownerUnitId: z.uuid(),
  /** whoever works in one of these subtrees reads it */
  audienceUnitIds: z.array(z.uuid()).min(1, '请选择谁可以看。').max(50),
}
/** A unit or a person, not both. */
export const EntryInput = z
  .object({
    section: Text(60).default(''),
    unitId: z.uuid().nullable().default(null),
    personId: z.uuid().nullable().default(null),
    note: Text(100).default(''),
  })
  .refine((entry) => (entry.unitId === null) !== (entry.personId === null), '每一条请选择一个单位或一个人。')
export type EntryInput = z.infer<typeof EntryInput>
export const AdminBook = AddressBook.extend({
  audience: z.array(UnitRef),
  lines: z.array(
    z.object({
      id: z.uuid(),
      section: z.string(),
      note: z.string(),
      unit: UnitRef.nullable(),
      person: z.object({ id: z.uuid(), name: z.string(), unitName: z.string().nullable() }).nullable(),
      /** abolished, or out of office: readers do not see it */
      gone: z.boolean(),
    }),
  ),
})
export type AdminBook = z.infer<typeof AdminBook>

const permission = 'directory:manage'
export const booksApi = defineApi({
  books: get('/api/directory/books', {
    summary: '行业通讯录',
    permission: 'directory:read',
    input: listInput({ line: Text(40).optional() }).omit({ sort: true }),
    output: listOutput(AddressBook),
  }),
  book: get('/api/directory/books/:id', {
    summary: '行业通讯录的条目',
    permission: 'directory:read',
    label: 'personal',
    input: Id,
    output: AddressBook.extend({ rows: z.array(BookEntry) }),
  }),
  adminBooks: get('/api/directory/admin/books', {
    summary: '管理范围内的行业通讯录',
    permission,
    input: listInput({ line: Text(40).optional() }).omit({ sort: true }),
    output: listOutput(AddressBook),
  }),
  adminBook: get('/api/directory/admin/books/:id', {
    summary: '行业通讯录（管理）',
    permission,
    label: 'personal',
    input: Id,
    output: AdminBook,
  }),
  createBook: post('/api/directory/admin/books', {
    summary: '新建行业通讯录',
    permission,
    input: z.object(input),
    output: AdminBook,
  }),
  updateBook: put('/api/directory/admin/books/:id', {
    summary: '修改行业通讯录',
    permission,
    input: z.object({ ...input, id: z.uuid(), revision: z.number().int() }),
    output: AdminBook,
  }),
  setBookEntries: put('/api/directory/admin/books/:id/entries', {
    summary: '修改行业通讯录的条目',
    permission,
    input: Id.extend({ revision: z.number().int(), entries: z.array(EntryInput).max(2000) }),
    output: AdminBook,
  }),
  deleteBook: del('/api/directory/admin/books/:id', {
    summary: '删除行业通讯录',
    permission,
    input: Id,
    output: Empty,
  }),
})
