import { Facts } from '#ui'
import type { Decision } from '../contract.ts'
import { wordsOf } from './words.ts'

interface Props {
  of: Pick<Decision, 'input' | 'named'> & { until?: number }
  more?: readonly (readonly [name: string, value: string | null])[]
}

/** What a decision depended on, in words. */
export function InputFacts({ of: { input, named, until }, more = [] }: Props) {
  return <Facts rows={[...more, ...wordsOf(input, named, until)]} />
}
