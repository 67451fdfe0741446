import type { Graph } from '../contract/graph.ts'
import { OFFERED } from './expressions.ts'

const offered: readonly string[] = OFFERED

/** What its expressions read and nobody but people can tell: not what a table, a service or another process answers, or puts there on the way. */
export const askedOf = ({ nodes, reads }: Graph): string[] => {
  const made = new Set(
    Object.values(nodes).flatMap(({ rule, service, call, multi, result = [] }) => [
      ...[rule, service, call].flatMap((step) => step?.output ?? []).flatMap(({ from, to }) => [from, to]),
      ...result.map(({ to }) => to),
      ...(multi?.element ? [multi.element] : []),
      ...(multi?.collect ? [multi.collect.to] : []),
    ]),
  )
  return reads.filter((name) => !offered.includes(name) && !made.has(name))
}
