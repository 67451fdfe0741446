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
const rulesOf = (when: When | undefined, required: boolean) => {
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

/** One form for several matters: what two of them ask alike is asked once. */
export const mergedForm = (
  key: string,
  name: string,
  parts: readonly { elements: Elements; held: ReadonlySet<string>; name: string; key: string }[],
) => {
  const seen = new Set<string>()
  const fresh = (title: string): boolean => !seen.has(title) && Boolean(seen.add(title))
  const groups = parts.map((part) => {
    const prefix = (field: string) => `${field}_${safe(part.key)}`
    const questions = situation(part.elements).fields.map((field) => ({
      ...field,
      key: prefix(field.key),
      rules: renamed(field.rules, prefix),
    }))
    const files = materials(part.elements, part.held)
      .fields.filter(({ title }) => fresh(title))
      .map((field) => ({ ...field, key: prefix(field.key), rules: renamed(field.rules, prefix) }))
    return { title: short(part.name), fields: [...questions, ...files] }
  })
  return {
    format: 1,
    key,
    name: short(`${name}申请表`),
    reach: 'subtree',
    groups: [content, ...groups].filter(({ fields }) => fields.length > 0),
  }
}
const renamed = (rules: { visible?: string; required?: string }, prefix: (field: string) => string) =>
  rules.visible
    ? { ...rules, visible: rules.visible.replaceAll(/情形_[A-Za-z0-9_]+/gu, (field) => prefix(field)) }
    : rules
