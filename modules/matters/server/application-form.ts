import type { Elements, When } from '../contract.ts'

/**
 * The application form of a matter, made of its elements: its questions choose what is shown, each material is a file. So the situation, the
 * materials and what must be handed in are enforced by the form core, on the server too, and a draft of it goes from device to device.
 */
const safe = (key: string): string => key.replaceAll('-', '_')
export const questionKey = (key: string): string => `情形_${safe(key)}`
const materialKey = (key: string): string => `材料_${safe(key)}`

/** FEEL: every question named was answered by one of the options named. */
const condition = (when: When | undefined): string | undefined => {
  const parts = Object.entries(when ?? {}).map(
    ([question, options]) => `(${options.map((option) => `${questionKey(question)} = "${option}"`).join(' or ')})`,
  )
  return parts.length > 0 ? parts.join(' and ') : undefined
}
const rulesOf = (when: When | undefined, required: boolean): { visible?: string; required?: 'true' } => {
  const visible = condition(when)
  return { ...(visible && { visible }), ...(required && { required: 'true' }) }
}
const short = (text: string): string => [...text].slice(0, 60).join('')

const situation = ({ questions }: Elements) => ({
  title: '您的情形',
  fields: questions.map((question) => ({
    type: 'enum',
    key: questionKey(question.key),
    title: short(question.text),
    options: question.options.map((option) => ({ value: option.key, label: short(option.text) })),
    rules: rulesOf(question.when, true),
  })),
})

const materials = ({ materials: all }: Elements, held: ReadonlySet<string>) => ({
  title: '申请材料',
  fields: all
    // what the government has itself is never asked for
    .filter(({ name, source }) => !held.has(name) && source !== 'government')
    .map((material) => ({
      type: 'file',
      key: materialKey(material.key),
      title: short(material.name),
      ...(material.note && { help: material.note }),
      most: 10,
      rules: rulesOf(material.when, material.required),
    })),
})

const content = {
  title: '申请内容',
  fields: [
    { type: 'longText', key: '申请事由', title: '申请事由', maxLength: 2000, rules: { required: 'true' } },
    { type: 'phone', key: '联系电话', title: '联系电话' },
  ],
}

export const applicationForm = (key: string, name: string, elements: Elements, held: ReadonlySet<string>) => ({
  format: 1,
  key,
  name: short(`${name}申请表`),
  reach: 'subtree',
  groups: [situation(elements), content, materials(elements, held)].filter(({ fields }) => fields.length > 0),
})

/** A matter of a bundle; its key tells its fields from those of the others. */
export interface BundlePart {
  key: string
  name: string
  elements: Elements
  held: ReadonlySet<string>
}
type MaterialField = ReturnType<typeof materials>['fields'][number]
interface Wanted {
  field: MaterialField
  by: string[]
}

/** One form for several matters: what two of them ask alike is asked once, where either needs it. `asked`: which of them ask for each field. */
export const mergedForm = (key: string, name: string, parts: readonly BundlePart[]) => {
  const asked: Record<string, string[]> = {}
  const wanted = wantedOf(parts)
  const common = wanted.filter(({ by }) => by.length > 1)
  for (const { field, by } of wanted) asked[field.key] = by
  const groups = parts.map((part) => {
    const questions = situation(part.elements).fields.map((field) => prefixed(field, part.key))
    for (const field of questions) asked[field.key] = [part.key]
    const own = wanted.filter(({ by }) => by.length === 1 && by[0] === part.key)
    return { title: short(part.name), fields: [...questions, ...own.map(({ field }) => field)] }
  })
  const shared = { title: '几项都要的材料', fields: common.map(({ field }) => field) }
  const definition = {
    format: 1,
    key,
    name: short(`${name}申请表`),
    reach: 'subtree',
    groups: [content, ...groups, shared].filter(({ fields }) => fields.length > 0),
  }
  return { definition, asked }
}

const prefixed = <F extends { key: string; rules: ReturnType<typeof rulesOf> }>(field: F, part: string): F => {
  const name = (key: string) => `${key}_${safe(part)}`
  const visible = field.rules.visible?.replaceAll(/情形_[A-Za-z0-9_]+/gu, name)
  return { ...field, key: name(field.key), rules: { ...field.rules, ...(visible && { visible }) } }
}

/** Materials by their names: one that is always needed by one of the matters is always shown. */
const wantedOf = (parts: readonly BundlePart[]): Wanted[] => {
  const found = new Map<string, Wanted>()
  for (const part of parts)
    for (const one of materials(part.elements, part.held).fields) {
      const field = prefixed(one, part.key)
      const known = found.get(field.title)
      if (!known) found.set(field.title, { field, by: [part.key] })
      else {
        known.field.rules = either(known.field.rules, field.rules)
        known.by.push(part.key)
      }
    }
  return [...found.values()]
}
type Rules = ReturnType<typeof rulesOf>
const either = (one: Rules, other: Rules): Rules => ({
  ...(one.visible && other.visible && { visible: `(${one.visible}) or (${other.visible})` }),
  ...((one.required || other.required) && { required: 'true' as const }),
})
