import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import type { AccessInput, Fault, Outcome } from '../contract.ts'

/** What policies may speak of. Cedar checks every policy against it before it can take effect. */
export const schema = `
entity Role;
entity Module;
entity Subject in [Role] { kind: String, assurance: Long };
entity Endpoint in [Module] { label: String, permission: String };
action read, command appliesTo {
  principal: [Subject],
  resource: [Endpoint],
  context: {
    zone: String, registered: Bool, platform: String, patchDays?: Long,
    minute: Long, weekday: Long, workday: Bool, fresh: Bool, risk: Long
  }
};`

/** Numbers that move by themselves: policies may only compare them with constants, which cut them into intervals. */
const measures = ['minute', 'patchDays', 'risk'] as const
export type Measure = (typeof measures)[number]
export type Boundaries = Record<Measure, number[]>

interface Rule {
  outcome: Outcome
  reason: string | null
}
export interface Verdict {
  outcome: Outcome
  reason: string | null
  /** the ids of the policies that decided */
  policies: string[]
}
export interface PolicySet {
  size: number
  boundaries: Boundaries
  decide(input: AccessInput): Verdict
}

/** The line, counted from 1, of what Cedar found in a part of the text that begins `before` characters after its beginning. */
const lineOf = (text: string, before: number, error?: cedar.DetailedError): number => {
  // Cedar counts bytes
  const inPart = Buffer.from(text.slice(before)).subarray(0, error?.sourceLocations?.[0]?.start ?? 0)
  return (text.slice(0, before) + inPart.toString()).split('\n').length
}
const measureOf = (expression: unknown): Measure | undefined => {
  const { '.': dot } = (expression ?? {}) as { '.'?: { left: { Var?: string }; attr: string } }
  return dot?.left.Var === 'context' ? measures.find((name) => name === dot.attr) : undefined
}
const numberOf = (expression: unknown): number | undefined => {
  const { Value: value, neg } = (expression ?? {}) as { Value?: unknown; neg?: { arg: unknown } }
  if (typeof value === 'number') return value
  const negated = neg ? numberOf(neg.arg) : undefined
  return negated === undefined ? undefined : -negated
}

const CUTS: Record<string, (bound: number) => number[]> = {
  '<': (bound) => [bound],
  '>=': (bound) => [bound],
  '<=': (bound) => [bound + 1],
  '>': (bound) => [bound + 1],
  '==': (bound) => [bound, bound + 1],
  '!=': (bound) => [bound, bound + 1],
}
// with the constant on the left the comparison reads from the right
const MIRRORED: Record<string, string> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' }

/** Collects where an expression cuts the measures; false when it uses one otherwise than beside a constant. */
const cut = (expression: unknown, into: Record<Measure, Set<number>>): boolean => {
  if (expression === null || typeof expression !== 'object') return true
  if (measureOf(expression)) return false
  return Object.entries(expression).every(([operator, operands]) => {
    const { left, right } = (operands ?? {}) as { left?: unknown; right?: unknown }
    const [onLeft, onRight] = [measureOf(left), measureOf(right)]
    const measure = onLeft ?? onRight
    if (!measure) return cut(operands, into)
    const bound = numberOf(onLeft ? right : left)
    const cuts = CUTS[onLeft ? operator : (MIRRORED[operator] ?? operator)]
    if (bound === undefined || !cuts) return false
    for (const at of cuts(bound)) into[measure].add(at)
    return true
  })
}

/** Policies decide by role, place and time; one that names an account would need every account in the inputs. */
const namesSubject = (policy: unknown): boolean =>
  typeof policy === 'object' &&
  policy !== null &&
  (('type' in policy && 'id' in policy && policy.type === 'Subject') || Object.values(policy).some(namesSubject))

const STRENGTH: readonly Outcome[] = ['allow', 'mask', 'step-up', 'deny']

const ruleOf = (json: cedar.PolicyJson, fault: (message: string) => void): Rule => {
  const { outcome: named, reason } = json.annotations ?? {}
  if (json.effect === 'permit') {
    if (named) fault('@outcome 只写在 forbid 策略上。')
    return { outcome: 'allow', reason: null }
  }
  const outcome = STRENGTH.find((one) => one !== 'allow' && one === (named ?? 'deny'))
  if (!outcome) fault('@outcome 只能是 deny（拒绝）、step-up（再次确认）或 mask（遮盖）。')
  if (outcome !== 'mask' && !reason) fault('forbid 策略要用 @reason 写一句话，告诉被拦的人为什么、怎么办。')
  return { outcome: outcome ?? 'deny', reason: reason ?? null }
}

const idOf = (json: cedar.PolicyJson, position: number): string => json.annotations?.id || `第 ${position + 1} 条`
const failed = (text: string, before: number, errors: cedar.DetailedError[]): Fault[] =>
  errors.map((error) => ({ policy: null, message: `语法有误：${error.message}`, line: lineOf(text, before, error) }))

interface Draft {
  texts: Record<string, string>
  /** where each begins in the whole text */
  starts: Map<string, number>
  rules: Map<string, Rule>
  boundaries: Boundaries
}

/** Cedar hands its policies out in the order of their internal names; people count them from the top. */
const partsOf = (text: string, policies: readonly string[]): { one: string; before: number }[] =>
  policies.map((one) => ({ one, before: text.indexOf(one) })).sort((a, b) => a.before - b.before)

const read = (text: string, faults: Fault[]): Draft | undefined => {
  const parts = cedar.policySetTextToParts(text)
  if (parts.type === 'failure') {
    faults.push(...failed(text, 0, parts.errors))
    return undefined
  }
  if (parts.policy_templates.length > 0) faults.push({ policy: null, message: '不支持策略模板。', line: null })
  const texts: Record<string, string> = {}
  const starts = new Map<string, number>()
  const rules = new Map<string, Rule>()
  const cuts = { minute: new Set([0]), patchDays: new Set([0]), risk: new Set([0]) }
  for (const [position, { one, before }] of partsOf(text, parts.policies).entries()) {
    const parsed = cedar.policyToJson(one)
    if (parsed.type === 'failure') {
      faults.push(...failed(text, before, parsed.errors))
      continue
    }
    const id = idOf(parsed.json, position)
    const fault = (message: string) => faults.push({ policy: id, message, line: lineOf(text, before) })
    if (rules.has(id)) fault('@id 重复了。')
    if (namesSubject(parsed.json)) fault('策略不能点名某个账号，请按角色、单位网络和时间来写。')
    if (!parsed.json.conditions.every(({ body }) => cut(body, cuts)))
      fault('minute、patchDays 和 risk 只能与常数比较。')
    texts[id] = one
    starts.set(id, before)
    rules.set(id, ruleOf(parsed.json, fault))
  }
  const sorted = (set: Set<number>) => [...set].sort((a, b) => a - b)
  const boundaries = { minute: sorted(cuts.minute), patchDays: sorted(cuts.patchDays), risk: sorted(cuts.risk) }
  return { texts, starts, rules, boundaries }
}

const invalidIn = (text: string, { texts, starts }: Draft): Fault[] => {
  const answer = cedar.validate({ schema, policies: { staticPolicies: texts }, validationSettings: { mode: 'strict' } })
  if (answer.type === 'failure')
    return answer.errors.map(({ message }) => ({ policy: null, message: `策略有误：${message}`, line: null }))
  const found = answer.validationErrors.map(({ policyId, error }): Fault => {
    // said once, not once for reading and once for commands
    const said = error.message.replace(/^for policy `[^`]*`, /, '').replace(/ for Action::"\w+"/, '')
    return {
      policy: policyId,
      message: `用到了不存在的内容，或类型不对：${said}${error.help ? `（${error.help}）` : ''}`,
      line: lineOf(text, starts.get(policyId) ?? 0, error),
    }
  })
  return [...new Map(found.map((fault) => [`${fault.line} ${fault.message}`, fault])).values()]
}

const strongest = (rules: ReadonlyMap<string, Rule>, ids: readonly string[]): Verdict => {
  const met = ids.flatMap((id) => rules.get(id) ?? [])
  const worst = met.toSorted((a, b) => STRENGTH.indexOf(b.outcome) - STRENGTH.indexOf(a.outcome))[0]
  // no policy permits it: Cedar's default
  if (!worst) return { outcome: 'deny', reason: '没有策略允许这样访问。需要时请联系安全管理员。', policies: [] }
  return { ...worst, policies: [...ids] }
}

const requestOf = (input: AccessInput): Omit<cedar.StatefulAuthorizationCall, 'preparsedPolicySetId'> => ({
  principal: { type: 'Subject', id: 'caller' },
  action: { type: 'Action', id: input.action },
  resource: { type: 'Endpoint', id: input.operation },
  context: {
    zone: input.zone,
    registered: input.registered,
    platform: input.platform,
    minute: input.minute,
    weekday: input.weekday,
    workday: input.workday,
    fresh: input.fresh,
    risk: input.risk,
    ...(input.patchDays === null ? {} : { patchDays: input.patchDays }),
  },
  entities: [
    {
      uid: { type: 'Subject', id: 'caller' },
      attrs: { kind: input.subject, assurance: input.assurance },
      parents: input.roles.map((id) => ({ type: 'Role', id })),
    },
    {
      uid: { type: 'Endpoint', id: input.operation },
      attrs: { label: input.label, permission: input.permission },
      parents: [{ type: 'Module', id: input.operation.split('.')[0]! }],
    },
  ],
})

/** Cedar keeps parsed sets by name for as long as the process lives: names are few and used again. */
const free: string[] = []
let named = 0

/**
 * Parses, validates and prepares a set of policies in Cedar (https://docs.cedarpolicy.com). A `forbid` carries `@outcome` (deny when absent)
 * and `@reason`; of several that apply the strongest outcome stands. `release` when no longer used.
 */
export const compile = (text: string): { faults: Fault[] } | { faults: []; set: PolicySet; release(): void } => {
  const faults: Fault[] = []
  const draft = read(text, faults)
  if (draft && faults.length === 0) faults.push(...invalidIn(text, draft))
  if (draft && draft.rules.size === 0) faults.push({ policy: null, message: '至少要有一条策略。', line: null })
  if (!draft || faults.length > 0) return { faults }
  const name = free.pop() ?? `set-${named++}`
  const permits = Object.fromEntries(
    Object.entries(draft.texts).filter(([id]) => draft.rules.get(id)!.outcome === 'allow'),
  )
  for (const [id, staticPolicies] of [
    [name, draft.texts],
    [`${name}/permits`, permits],
  ] as const) {
    const prepared = cedar.preparsePolicySet(id, { staticPolicies })
    if (prepared.type === 'failure') return { faults: failed(text, 0, prepared.errors) }
  }
  const ask = (input: AccessInput, id: string): cedar.Response | undefined => {
    const answer = cedar.statefulIsAuthorized({ ...requestOf(input), preparsedPolicySetId: id })
    // A policy that could not be evaluated is left out by Cedar; for a prohibition that would open the door.
    return answer.type === 'success' && answer.response.diagnostics.errors.length === 0 ? answer.response : undefined
  }
  const decide = (input: AccessInput): Verdict => {
    const response = ask(input, name)
    if (!response)
      return { outcome: 'deny', reason: '访问策略无法判断，已按拒绝处理。请联系安全管理员。', policies: [] }
    if (response.decision === 'allow') return { outcome: 'allow', reason: null, policies: response.diagnostics.reason }
    const verdict = strongest(draft.rules, response.diagnostics.reason)
    // Masking and asking again soften a permission; they are none.
    const softened = verdict.outcome !== 'deny' && ask(input, `${name}/permits`)?.decision !== 'allow'
    return softened ? strongest(draft.rules, []) : verdict
  }
  let released = false
  const release = (): void => {
    if (!released) free.push(name)
    released = true
  }
  return { faults: [], set: { size: draft.rules.size, boundaries: draft.boundaries, decide }, release }
}

/** The beginning of the interval a number lies in. */
export const intervalOf = (boundaries: readonly number[], value: number): number =>
  boundaries.findLast((bound) => bound <= value) ?? boundaries[0] ?? 0
