import type { Elements, Limit, LocalElements, Material, Question, Step, When } from './elements.ts'

/** Answers by question. */
export type Answers = Readonly<Record<string, string>>

const holds = (when: When | undefined, answers: Answers): boolean =>
  Object.entries(when ?? {}).every(([question, options]) => options.includes(answers[question] ?? ''))

/** The questions that are to be asked, in order: one that hangs on an answer comes once that answer is given. */
const openQuestions = (questions: readonly Question[], given: Answers): Question[] => {
  const asked: Question[] = []
  const answers: Record<string, string> = {}
  for (const question of questions) {
    if (!holds(question.when, answers)) continue
    asked.push(question)
    const answer = given[question.key]
    if (answer !== undefined && question.options.some(({ key }) => key === answer)) answers[question.key] = answer
  }
  return asked
}

export interface Situation {
  questions: Question[]
  /** only of questions that are asked, only with options there are */
  answers: Record<string, string>
  complete: boolean
  materials: Material[]
  steps: Step[]
  promised: Limit | null
}

const shorter = (a: Limit | null, b: Limit | null): Limit | null => {
  if (!a || !b) return a ?? b
  return a.unit === b.unit && a.days < b.days ? a : b
}

/** What a matter asks for in one situation. The unit's own limit counts where it is shorter: it may promise more, never less. */
export const situate = (elements: Elements, local: LocalElements | null, given: Answers): Situation => {
  const wanted = { ...given, ...local?.preset }
  const questions = openQuestions(elements.questions, wanted)
  const answers: Record<string, string> = {}
  for (const { key, options } of questions) {
    const answer = wanted[key]
    if (answer !== undefined && options.some((option) => option.key === answer)) answers[key] = answer
  }
  const special = elements.limits.find(({ when }) => holds(when, answers))
  return {
    questions,
    answers,
    complete: questions.every(({ key }) => answers[key] !== undefined),
    materials: elements.materials.filter(({ when }) => holds(when, answers)),
    steps: elements.steps.filter(({ when }) => holds(when, answers)),
    promised: special ? special.promised : shorter(local?.promised ?? null, elements.promised),
  }
}
