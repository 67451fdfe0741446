import type { FeelType } from '#platform/feel'
import type { Json } from '../contract/data.ts'
import type { Column, Field, FieldType } from '../contract/definition.ts'
import { boolean, enumeration, person, region, relation, unit } from './kinds/choices.ts'
import { file, picture } from './kinds/files.ts'
import { isEmpty, type Kind, type Reading } from './kinds/kind.ts'
import { money, number } from './kinds/numbers.ts'
import { creditCode, email, identityNumber, longText, phone, serial, tags, text } from './kinds/text.ts'
import { date, dateTime, period, time } from './kinds/times.ts'

type SimpleType = Exclude<FieldType, 'table'>
const kinds: { readonly [T in SimpleType]: Kind<T> } = {
  text,
  longText,
  number,
  money,
  date,
  time,
  dateTime,
  period,
  enum: enumeration,
  person,
  unit,
  region,
  identityNumber,
  creditCode,
  phone,
  email,
  file,
  picture,
  boolean,
  tags,
  relation,
  serial,
}
// A field and the kind of its own type fit by construction of the table above; the compiler cannot follow that through a union.
const kindOf = (field: Column): Kind<SimpleType> => kinds[field.type] as unknown as Kind<SimpleType>

/** What expressions see of a field: of a sub-table, the list of its rows. `columns` leaves some out. */
export const feelTypeOf = (field: Field, columns: (key: string) => boolean = () => true): FeelType =>
  field.type === 'table'
    ? {
        list: {
          context: Object.fromEntries(
            field.columns.filter(({ key }) => columns(key)).map((column) => [column.key, kindOf(column).feel(column)]),
          ),
        },
      }
    : kindOf(field).feel(field)

export const readValue = (field: Column, given: Json | undefined, today: string): Reading =>
  isEmpty(given) ? { value: null } : kindOf(field).read(field, given as Json, today)

export const feelValueOf = (field: Column, value: Json): unknown => {
  const { toFeel } = kindOf(field)
  return value === null || !toFeel ? value : toFeel(value, field)
}

/** What a formula or default answered, as the field keeps it. */
export const fromAnswer = (field: Column, answer: Json, today: string): Reading => {
  if (answer === null) return { value: null }
  const { fromFeel } = kindOf(field)
  return readValue(field, fromFeel ? fromFeel(answer, field) : answer, today)
}

/** A value in words, for whoever reads; empty where nothing was filled in. */
export const sayValue = (field: Column, value: Json | undefined): string =>
  isEmpty(value) ? '' : kindOf(field).say(value as Json, field)

/** What a process is told: ids of people and units, numbers as numbers. */
export const plainValue = (field: Column, value: Json): Json => {
  if (value === null) return null
  if (field.type === 'money') return numberOrText(value)
  const { plain } = kindOf(field)
  return plain ? plain(value) : value
}
/** A number where a double carries it exactly to the cent, else the text. */
const numberOrText = (value: Json): Json => {
  const number = Number(value)
  return Math.abs(number) < 1e13 ? number : value
}
