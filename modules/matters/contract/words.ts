import {
  type Elements,
  elementTitles,
  type LocalElements,
  levelWords,
  lifeStages,
  limitWords,
  localTitles,
  materialForms,
  materialSources,
  resultKinds,
  scenes,
  subjectKinds,
  type When,
} from './elements.ts'

type Named = readonly { key: string; text: string; options: readonly { key: string; text: string }[] }[]
/** “办理情形为变更、注销时” */
export const whenWords = (when: When | undefined, questions: Named): string => {
  const parts = Object.entries(when ?? {}).map(([key, options]) => {
    const question = questions.find((one) => one.key === key)
    const chosen = options.map((option) => question?.options.find((one) => one.key === option)?.text ?? option)
    return `${question?.text ?? key}：${chosen.join('、')}`
  })
  return parts.length > 0 ? `（${parts.join('；')}）` : ''
}

const contact = ({ phone, address }: { phone: string; address: string }): string[] => [phone, address].filter(Boolean)
const text = (value: string): string[] => (value ? [value] : [])

export const basisWords = ({ law, number, clause }: Elements['basis'][number]): string =>
  `《${law.replace(/^《|》$/g, '')}》${number ? `（${number}）` : ''}${clause}`

/** Each element as lines that a person reads: for the difference of two versions and for a spreadsheet. */
const says: { [K in keyof Elements]: (value: Elements[K], all: Elements) => string[] } = {
  levels: (levels) => levels.map((level) => levelWords[level] ?? String(level)),
  basis: (basis) => basis.map((one) => `${basisWords(one)}${one.text ? `：${one.text}` : ''}`),
  serves: (kinds) => kinds.map((kind) => subjectKinds[kind]),
  conditions: (lines) => lines,
  questions: (questions) =>
    questions.map(
      (one) => `${one.text}（${one.options.map((option) => option.text).join('／')}）${whenWords(one.when, questions)}`,
    ),
  materials: (materials, { questions }) =>
    materials.map(
      (one) =>
        `${one.name}，${materialForms[one.form]}，原件 ${one.originals} 份、复印件 ${one.copies} 份，${materialSources[one.source]}，${one.required ? '必要' : '非必要'}${one.licence ? '，证照' : ''}${whenWords(one.when, questions)}`,
    ),
  steps: (steps, { questions }) =>
    steps.map(
      (one) =>
        `${one.name}${one.who ? `：${one.who}` : ''}${one.days === null ? '' : `，${one.days} 天`}${whenWords(one.when, questions)}`,
    ),
  statutory: (limit) => text(limitWords(limit)),
  promised: (limit) => text(limitWords(limit)),
  limits: (limits, { questions }) =>
    limits.map((one) => `${limitWords(one.promised)}${whenWords(one.when, questions)}`),
  fees: (fees) => fees.map((one) => `${one.name}：${one.standard}（依据：${one.basis}）`),
  visits: (visits) => [`${visits} 次`],
  visitReason: text,
  results: (results) => results.map((one) => `${one.name}（${resultKinds[one.kind]}）`),
  consultation: contact,
  supervision: contact,
  special: text,
  life: (stages) => stages.map((stage) => lifeStages[stage]),
  scenes: (names) => names.map((scene) => scenes[scene]),
  keywords: text,
  own: (own) => [own ? '是' : '否'],
  process: text,
}
const localSays: { [K in keyof LocalElements]: (value: LocalElements[K]) => string[] } = {
  address: text,
  hours: text,
  phone: text,
  supervisionPhone: text,
  promised: (limit) => text(limitWords(limit)),
  conditions: (lines) => lines,
  acceptors: (people) => people.map(({ name }) => name),
  deciders: (people) => people.map(({ name }) => name),
  preset: (preset) => Object.entries(preset).map(([question, option]) => `${question}：${option}`),
}

export interface Said {
  element: string
  title: string
  lines: string[]
}
export const sayElements = (elements: Elements): Said[] =>
  (Object.keys(elementTitles) as (keyof Elements)[]).map((element) => ({
    element,
    title: elementTitles[element],
    lines: (says[element] as (value: unknown, all: Elements) => string[])(elements[element], elements),
  }))
export const sayLocal = (local: LocalElements): Said[] =>
  (Object.keys(localTitles) as (keyof LocalElements)[]).map((element) => ({
    element,
    title: localTitles[element],
    lines: (localSays[element] as (value: unknown) => string[])(local[element]),
  }))
