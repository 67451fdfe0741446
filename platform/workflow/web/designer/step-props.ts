import type { UserStep } from '../../contract/graph.ts'

/** What every part of a step's form gets: the step, and how to change it. */
export interface StepProps {
  user: UserStep
  set: (change: Partial<UserStep>, tag?: string) => void
}
