import { FeelBudgetError, type FeelValue, fromFeel, type Json } from '#platform/feel'
import type { Data, Filler } from '../contract/data.ts'
import { FILLER, type Rule } from './rules.ts'

export interface At {
  now: Date
  /** whom the form is filled in for */
  person: Filler
  /** what was kept so far: an option that was withdrawn since stays chosen */
  before?: Data
}

/** Steps of all expressions, of one at least and at most, and milliseconds of the whole: what a hostile definition may cost. */
const STEPS = 1_000_000
const OF_THE_FORM = { least: 20_000, most: 100_000 }
const OF_A_ROW = { least: 500, most: 20_000 }
const FORM_MS = 2000
const share = (count: number, { least, most }: typeof OF_A_ROW): number =>
  Math.min(most, Math.max(least, Math.floor(STEPS / Math.max(1, count))))

export type Answer = { value: Json } | { fault: string }

/** Runs the expressions of one evaluation: one moment, one budget. */
export class Expressions {
  readonly #at: At
  readonly #steps: { form: number; row: number }
  readonly #started = performance.now()

  /** `fields` and `cells`: how many there are to work out; each expression gets its share of steps, whatever the others use. */
  constructor(at: At, fields: number, cells: number) {
    this.#at = at
    this.#steps = { form: share(fields * 2, OF_THE_FORM), row: share(cells * 2, OF_A_ROW) }
  }

  answer(rule: Rule, ofRow: boolean, look: (name: string) => unknown): Answer {
    try {
      return { value: fromFeel(this.#run(rule, ofRow ? this.#steps.row : this.#steps.form, look)) }
    } catch (error) {
      if (error instanceof FeelBudgetError) return { fault: error.message }
      throw error
    }
  }

  #run({ compiled, reads }: Rule, steps: number, look: (name: string) => unknown): FeelValue {
    const context = new Map<string, unknown>()
    for (const name of reads) context.set(name, look(name))
    const { name, personId, unitName } = this.#at.person
    context.set(FILLER, { 标识: personId, 姓名: name, 单位: unitName })
    const left = FORM_MS - (performance.now() - this.#started)
    if (left <= 0) throw new FeelBudgetError('time')
    return compiled.evaluate(context, {
      clock: { now: () => this.#at.now },
      budget: { steps, milliseconds: left },
    })
  }
}
