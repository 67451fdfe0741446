import { createWriteStream } from 'node:fs'
import { csvWriter, xlsxWriter } from '#kernel/tabular'
import { postKinds } from '../platform/directory/contract/browse.ts'
import { type PersonField, personFields } from '../platform/directory/contract/transfer.ts'
import { type PersonRow, peopleOf } from '../platform/directory/province/people.ts'
import { staff } from '../platform/directory/province/staffing.ts'
import { buildProvince, type Unit } from '../platform/directory/province/units.ts'

// node bench/import-file.ts <people of the province> <people in the file> <csv|xlsx> <file>: what a personnel office would hand in, one
// row a post, without the identifiers of our own. Says how many rows it wrote.

const [size = '', most = '', format = '', file = ''] = process.argv.slice(2)
const { units } = buildProvince(1, Number(size))
const people = peopleOf(1, units, staff(units, Number(size)))

const paths = new Map<Unit, string>()
const pathOf = (unit: Unit): string => {
  const known = paths.get(unit)
  if (known !== undefined) return known
  const path = unit.parent ? `${pathOf(unit.parent)}/${unit.name}` : unit.name
  paths.set(unit, path)
  return path
}
const divisionOf = (unit: Unit): string => (unit === unit.org ? '' : pathOf(unit).slice(pathOf(unit.org).length + 1))

const fields = Object.keys(personFields).filter((field) => !field.endsWith('Id')) as PersonField[]
const rowsOf = (person: PersonRow): (string | number | null)[][] =>
  person.posts.map((post) => {
    const cells: Partial<Record<PersonField, string | number | null>> = {
      ...person,
      posts: undefined,
      unit: pathOf(post.unit.org),
      division: divisionOf(post.unit),
      postKind: postKinds[post.kind],
      title: post.title,
      charge: post.charge,
      leader: post.leader ? '是' : '否',
      sort: post.sort,
      phone: post.phone,
      room: post.room,
      validFrom: post.from,
    } as Partial<Record<PersonField, string | number | null>>
    return fields.map((field) => cells[field] ?? null)
  })

const columns = fields.map((field) => personFields[field])
const out = createWriteStream(file)
const writer = format === 'csv' ? csvWriter(out, { columns }) : xlsxWriter(out, { sheetName: '人员', columns })
let rows = 0
for (const person of people.all()) {
  if (person.no > Number(most)) break
  for (const row of rowsOf(person)) {
    rows++
    await writer.write(row)
  }
}
await writer.end()
console.log(JSON.stringify({ rows }))
