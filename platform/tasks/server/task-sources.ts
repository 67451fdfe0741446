import type { Ctx } from '#kernel/module'
import type { Choice, OpinionExtras } from '../contract.ts'

/** What a person gives to a task. */
export interface Given {
  /** key of one of its choices */
  outcome: string
  note?: string
  /** handwriting, files and who is mentioned: for `opinionOf`, when the source keeps them */
  extras?: OpinionExtras
}

/** A piece of business as its source says it is now, to whoever asks. */
export interface Subject {
  reference: string
  matter: string
  title: string
  url: string
  /** 办理中：汇总会签意见 */
  words: string
  light: 'ok' | 'warn' | 'over' | 'off'
  /** when it last changed */
  at?: Date
}

/**
 * What a service of the platform that hands out tasks adds to the inbox. References of tasks are the `externalId` it gave to `openTask`;
 * references of subjects are its own. Every function runs as the caller of `ctx` and decides by `ctx.actor`.
 */
export interface TaskSource {
  /**
   * What can be given from the list, for all of these open tasks of the caller in one question; a task that is absent, or has no choices, is
   * worked on where its address leads.
   */
  choices(ctx: Ctx, references: readonly string[]): Promise<ReadonlyMap<string, readonly Choice[]>>
  /**
   * Carries it out in the transaction of `ctx` and closes the task, or throws an `AppError` whose sentence the row will show. It locks what
   * it needs by itself: no row of `tasks` is locked before it.
   */
  complete(ctx: Ctx, reference: string, given: Given): Promise<void>
  /** The subject a task belongs to; the task itself when absent. */
  subjectOf?(reference: string): string
  /** Subjects as they are now; what the caller may not read, or is no more, is left out. Without it nothing of this source can be followed by reference. */
  subjects?(ctx: Ctx, references: readonly string[]): Promise<readonly Subject[]>
  /** Whether the caller may read what `opinionOf` kept with this reference; without it only its author may. */
  mayRead?(ctx: Ctx, reference: string): Promise<boolean>
}

const sources = new Map<string, TaskSource>()

/** A service that stands above says at its start what can be done with its tasks from the inbox. */
export const registerTaskSource = (source: string, definition: TaskSource): void => {
  if (source === 'application') throw new Error('connected systems say their outcomes with each task')
  sources.set(source, definition)
}

export const taskSource = (source: string): TaskSource | undefined => sources.get(source)

export const subjectOf = (source: string, reference: string): string =>
  sources.get(source)?.subjectOf?.(reference) ?? reference
