import { FeelBudgetError } from './errors.ts'

/** How much one evaluation may use. */
export interface Budget {
  /** loop turns, calls and characters or items looked at */
  readonly steps: number
  readonly milliseconds: number
  /** calls within calls */
  readonly depth: number
  /** items of one list, UTF-16 units of one string */
  readonly size: number
}
export const BUDGET: Budget = { steps: 100_000, milliseconds: 50, depth: 200, size: 100_000 }

/** Where «today» comes from; `zone` is Asia/Shanghai when left out. */
export interface FeelClock {
  now(): Date
  readonly zone?: string
}

/** Expressions within expressions over all calls: what the stack of any platform bears. */
const TALLEST = 1000

/** The time is looked at once in so many steps. */
const LOOK = 512

/** One evaluation: its input, its clock and what it has used of its budget. */
export class Run {
  /** Reads a declared name by its slot. */
  readonly input: (slot: number) => unknown
  readonly clock: FeelClock
  readonly budget: Budget
  readonly #milliseconds: () => number
  readonly #started: number
  #steps = 0
  #next: number
  #depth = 0
  #height = 0
  #today: Date | null = null

  constructor(input: (slot: number) => unknown, clock: FeelClock, budget: Budget, milliseconds: () => number) {
    this.input = input
    this.clock = clock
    this.budget = budget
    this.#milliseconds = milliseconds
    this.#started = milliseconds()
    this.#next = Math.min(LOOK, budget.steps + 1)
  }

  get steps(): number {
    return this.#steps
  }

  /** One moment for the whole evaluation. */
  now(): Date {
    this.#today ??= this.clock.now()
    return this.#today
  }

  step(count = 1): void {
    this.#steps += count
    if (this.#steps < this.#next) return
    if (this.#steps > this.budget.steps) throw new FeelBudgetError('steps')
    if (this.#milliseconds() - this.#started > this.budget.milliseconds) throw new FeelBudgetError('time')
    this.#next = Math.min(this.#steps + LOOK, this.budget.steps + 1)
  }

  /** Into a call, or one level down a value; `height` is how deep the function's body is by itself. */
  enter(height = 1): void {
    this.#height += height
    if (++this.#depth > this.budget.depth || this.#height > TALLEST) throw new FeelBudgetError('depth')
    this.step()
  }

  leave(height = 1): void {
    this.#depth--
    this.#height -= height
  }

  /** One part of a value so many levels down. */
  part(depth: number): void {
    if (depth > this.budget.depth) throw new FeelBudgetError('depth')
    this.step()
  }

  /** `step` for whoever is handed only a function */
  readonly look = (): void => this.step()

  /** To be asked before a list of that many items is made. */
  room(items: number): void {
    if (items > this.budget.size) throw new FeelBudgetError('size')
    this.step(items)
  }

  list<T>(items: T[]): T[] {
    this.room(items.length)
    return items
  }

  text(value: string): string {
    if (value.length > this.budget.size) throw new FeelBudgetError('size')
    // 64 units are moved in the time of a step
    this.step(value.length >> 6)
    return value
  }
}
