import { dayOf } from '#kernel/clock'
import type { SystemCtx } from '#kernel/module'
import type { Data, FormDefinition, Json } from '../contract.ts'

type Tx = Pick<SystemCtx, 'sql' | 'now'>

/** What stands around the number, and how many digits it has. Counting anew each year or in each unit follows from what stands there. */
const aroundOf = (pattern: string, now: Date, unitName: string): { before: string; after: string; digits: number } => {
  const [year = '', month = '', day = ''] = dayOf(now).split('-')
  const words: Record<string, string> = { 年: year, 月: month, 日: day, 单位: unitName }
  const [before = '', digits = '', after = ''] = pattern.split(/\{号(?::([1-9]))?\}/)
  const filled = (text: string): string =>
    text.replaceAll(/\{(年|月|日|单位)\}/g, (_, name: string) => words[name] ?? '')
  return { before: filled(before), after: filled(after), digits: Number(digits || 1) }
}

/** Numbers for the fields that have none yet. The counter is locked until the record is committed: none is left out, none given twice. */
export const withSerials = async (
  { sql, now }: Tx,
  { key, definition }: { key: string; definition: FormDefinition },
  values: Data,
  unitName: string,
): Promise<Record<string, Json> | null> => {
  const wanted = definition.groups
    .flatMap(({ fields }) => fields)
    .filter((field) => field.type === 'serial' && (values[field.key] ?? null) === null)
  if (wanted.length === 0) return null
  const given: Record<string, Json> = { ...values }
  for (const field of wanted) {
    if (field.type !== 'serial') continue
    const { before, after, digits } = aroundOf(field.pattern, now, unitName)
    const [row] = await sql<{ last: number }>(
      'insert into forms.serial as s (scope, last) values ($1, 1) on conflict (scope) do update set last = s.last + 1 returning last',
      [`${key}/${field.key}/${before}…${after}`],
      'forms.serial',
    )
    given[field.key] = `${before}${String(row?.last ?? 1).padStart(digits, '0')}${after}`
  }
  return given
}
