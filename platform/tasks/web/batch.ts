import type { Choice } from '../contract.ts'

/** An outcome that several tasks offer under one name, and the key each of them knows it by. */
export interface Common {
  name: string
  kind: Choice['kind']
  opinion: Choice['opinion']
  keys: ReadonlyMap<string, string>
}

const strictest = { none: 0, optional: 1, required: 2 } as const

/** What every one of these tasks offers; nothing when one of them offers nothing. */
export const commonOf = (
  ids: readonly string[],
  rows: readonly { id: string; choices: readonly Choice[] }[],
): Common[] => {
  const offered = new Map(rows.map(({ id, choices }) => [id, choices]))
  const [first = []] = ids.map((id) => offered.get(id) ?? [])
  return first.flatMap(({ name, kind }) => {
    const each = ids.map((id) => offered.get(id)?.find((choice) => choice.name === name))
    if (each.some((choice) => choice === undefined)) return []
    const all = each as Choice[]
    const opinion = all.map((choice) => choice.opinion).reduce((a, b) => (strictest[b] > strictest[a] ? b : a))
    return [{ name, kind, opinion, keys: new Map(ids.map((id, at) => [id, all[at]!.key])) }]
  })
}
