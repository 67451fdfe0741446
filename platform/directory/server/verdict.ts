import { type MaskableField, maskableFields } from '../contract/visibility.ts'

/** A rule as it is weighed: intervals are subtrees by preorder number, both ends included. */
export interface Rule {
  id: string
  title: string
  effect: 'hide' | 'mask'
  fields: readonly MaskableField[]
  viewerUnits: readonly (readonly [number, number])[]
  viewerPersons: readonly string[]
  viewerRankOrder: number | null
  ownUnit: boolean
  /** of the whole province, for everybody: it is in force in every guard, written in none */
  general: boolean
}

/** Who looks, and from where. `pre` is null for an application or a person without a main post. */
export interface Viewpoint {
  personId: string
  pre: number | null
  rankOrder: number
  /** the units of all posts */
  orgs: readonly number[]
}

interface Verdict {
  /** the rule is in force against this viewer */
  applies: boolean
  reason: string
}

/** One rule, one viewer; `sameOrg`: the viewer holds a post in the unit of what is looked at. */
export const weigh = (rule: Rule, viewer: Viewpoint, sameOrg: boolean): Verdict => {
  const { pre } = viewer
  if (rule.viewerPersons.includes(viewer.personId)) return { applies: false, reason: '查看人在规则的例外名单里。' }
  if (pre !== null && rule.viewerUnits.some(([from, to]) => pre >= from && pre <= to))
    return { applies: false, reason: '查看人的主职在规则例外的单位里。' }
  if (rule.viewerRankOrder !== null && viewer.rankOrder <= rule.viewerRankOrder)
    return { applies: false, reason: '查看人的职级达到规则的例外。' }
  if (rule.ownUnit && sameOrg) return { applies: false, reason: '查看人与对象同单位，规则允许本单位的人查看。' }
  return {
    applies: true,
    reason: rule.effect === 'hide' ? '查看人不在任何例外之内，对象被隐藏。' : '查看人不在任何例外之内，字段被遮盖。',
  }
}

/** What the queries compare: guards hidden from this viewer, and mask codes (`maskCode`), in the own unit and elsewhere. */
export interface Closed {
  hiddenAway: number[]
  hiddenHere: number[]
  maskedAway: number[]
  maskedHere: number[]
}

const fieldNumbers = new Map(Object.keys(maskableFields).map((field, at) => [field, at]))
/** Guard and field in one integer, so that a query compares one array whatever the field. */
export const maskCode = (guard: number, field: MaskableField): number => guard * 8 + fieldNumbers.get(field)!
export const fieldNumber = (field: MaskableField): number => fieldNumbers.get(field)!

interface Guard {
  id: number
  ruleIds: readonly string[]
}

/** Weighs every guard for one viewer. Guard 0 carries the general rules alone. */
export const closedTo = (viewer: Viewpoint, rules: ReadonlyMap<string, Rule>, guards: readonly Guard[]): Closed => {
  const general = [...rules.values()].filter((rule) => rule.general)
  const inForce = new Map(
    [...rules.values()].flatMap((rule) => [
      [rule, [weigh(rule, viewer, false).applies, weigh(rule, viewer, true).applies]] as const,
    ]),
  )
  const closed: Closed = { hiddenAway: [], hiddenHere: [], maskedAway: [], maskedHere: [] }
  for (const { id, ruleIds } of [{ id: 0, ruleIds: [] }, ...guards]) {
    // A rule switched off may still be named by guards that no row carries any more.
    const carried = [...general, ...ruleIds.flatMap((ruleId) => rules.get(ruleId) ?? [])]
    for (const [place, hidden, masked] of [
      [0, closed.hiddenAway, closed.maskedAway],
      [1, closed.hiddenHere, closed.maskedHere],
    ] as const) {
      const against = carried.filter((rule) => inForce.get(rule)![place])
      if (against.some((rule) => rule.effect === 'hide')) hidden.push(id)
      const fields = new Set(against.flatMap((rule) => (rule.effect === 'mask' ? rule.fields : [])))
      for (const field of fields) masked.push(maskCode(id, field))
    }
  }
  return closed
}
