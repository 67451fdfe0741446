import type { HandlerRule, Limit, Operation, Outcome, UnitRule, UserStep, Way } from '../contract/graph.ts'
import { type Element, expression, extensions, many, one, text } from './model.ts'
import { type At, list, needed, number, word, yes } from './values.ts'

const WAYS: readonly Way[] = ['single', 'all-of', 'in-turn', 'any-of', 'vote', 'claim']
const BY = [
  ...(['person', 'post', 'duty', 'leader', 'line', 'division'] as const),
  ...(['role', 'field', 'handler', 'starter', 'choice', 'expression'] as const),
]
const OPERATIONS: readonly Operation[] = [
  ...(['add-signer', 'remove-signer', 'transfer', 'delegate', 'assist'] as const),
  ...(['send-back', 'withdraw', 'circulate', 'urge', 'terminate'] as const),
]

/** `qt:step` of a user task. */
export function readStep(at: At): UserStep | undefined {
  const [step] = extensions(at.element, 'qt:Step')
  if (!step) {
    at.notes.refuse('no-step', at.element, (called) => `${called}没有办理设置（qt:step）。请设置由谁办理、怎样办理。`)
    return undefined
  }
  const user: UserStep = {
    handlers: many(step, 'handlers').flatMap((handler) => readHandler(at, handler) ?? []),
    way: word(at, step, 'way', WAYS, 'single'),
    ratio: number(at, step, 'ratio', { least: 0, most: 1, above: true }),
    veto: text(step, 'veto') || undefined,
    rejectAtOnce: yes(at, step, 'rejectAtOnce'),
    until: text(step, 'until') || undefined,
    outcomes: many(step, 'outcomes').flatMap((outcome) => readOutcome(at, outcome) ?? []),
    operations: readOperations(at, step),
    nobody: word(at, step, 'nobody', ['skip', 'administrator', 'superior', 'hold'], 'administrator'),
    starter: word(at, step, 'starter', ['keep', 'skip', 'superior'], 'keep'),
    again: word(at, step, 'again', ['keep', 'skip-adjacent', 'skip'], 'keep'),
    absent: word(at, step, 'absent', ['keep', 'substitute', 'superior', 'wait'], 'keep'),
    limit: readLimit(at, one(step, 'limit')),
    sendBack: readSendBack(at, one(step, 'sendBack')),
    rejected: word(at, step, 'rejected', ['continue', 'end'] as const, undefined),
    withdraw: word(at, step, 'withdraw', ['until-opened', 'until-done', 'never'], 'until-opened'),
    free: yes(at, step, 'free'),
    fields: readFields(at, many(step, 'fields')),
  }
  checkStep(at, user, many(step, 'handlers').length > 0)
  return compact(user)
}

/** Without the properties that are undefined, so that a graph is the same before and after it was stored as JSON. */
export function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T
}

function checkStep(at: At, user: UserStep, written: boolean): void {
  const refuse = (code: string, what: string) => at.notes.refuse(code, at.element, (called) => `${called}${what}`)
  if (!written) refuse('no-handler', '没有写由谁办理。请至少设置一条办理人规则。')
  if (user.outcomes.length === 0) refuse('no-outcome', '没有办理结果可选。请至少设置一个，例如“同意”。')
  const keys = user.outcomes.map(({ key }) => key)
  if (new Set(keys).size < keys.length) refuse('same-outcome', '有两个办理结果的代码（key）相同。请改成不同的。')
  if (user.way === 'vote' && user.ratio === undefined)
    refuse('no-ratio', '是票签，但没有写通过比例（ratio）。请写大于 0、不大于 1 的数。')
  const weighed = user.handlers.some(({ weight }) => weight !== undefined)
  if (user.way !== 'vote' && (user.ratio !== undefined || user.veto !== undefined || weighed))
    refuse('not-a-vote', '写了通过比例、票数或一票否决，但办理方式不是票签（vote）。请改办理方式，或删去它们。')
  if (user.until !== undefined && user.way !== 'all-of' && user.way !== 'in-turn')
    refuse('no-until', '写了提前结束的条件，但办理方式不是会签或顺签。请改办理方式，或删去条件。')
  const several = user.way === 'all-of' || user.way === 'in-turn' || user.way === 'any-of' || user.way === 'vote'
  if (several && keys.length > 0 && !user.outcomes.some(({ counts }) => counts === 'agree'))
    refuse('no-agreement', '由多人决定，但没有一个办理结果算“同意”（counts="agree"）。请至少设置一个。')
  if (user.operations.includes('send-back') !== (user.sendBack !== undefined))
    refuse(
      'send-back',
      '允许退回（operations 含 send-back）和退回范围（qt:sendBack）要么都写，要么都不写。请补上或删去。',
    )
}

function readOperations(at: At, step: Element): Operation[] {
  const written = list(step, 'operations')
  const unknown = written.filter((name) => !OPERATIONS.includes(name as Operation))
  if (unknown.length > 0)
    at.notes.refuse(
      'bad-value',
      at.element,
      (called) => `${called}允许的操作中有不认识的：${unknown.join('、')}。可用的是 ${OPERATIONS.join('、')}。`,
    )
  return OPERATIONS.filter((name) => written.includes(name))
}

function readOutcome(at: At, outcome: Element): Outcome | undefined {
  const key = needed(at, outcome, 'key', '办理结果的代码')
  const name = needed(at, outcome, 'name', '办理结果的名称')
  if (!key || !name) return undefined
  return {
    key,
    name,
    counts: word(at, outcome, 'counts', ['agree', 'reject', 'neutral'], 'neutral'),
    opinion: word(at, outcome, 'opinion', ['required', 'optional', 'none'], 'optional'),
  }
}

function readSendBack(at: At, sendBack: Element | undefined): UserStep['sendBack'] {
  if (!sendBack) return undefined
  const steps = list(sendBack, 'to')
  const mode = word(at, sendBack, 'mode', ['redo', 'straight', 'choose'], 'choose')
  if (steps.length === 0) needed(at, sendBack, 'to', '可退回到哪些环节（any 或环节的 id）')
  return { to: steps.length === 1 && steps[0] === 'any' ? 'any' : steps, mode }
}

function readLimit(at: At, limit: Element | undefined): Limit | undefined {
  if (!limit) return undefined
  const amount = number(at, limit, 'amount', { least: 0, most: 3660, above: true })
  if (amount === undefined) needed(at, limit, 'amount', '时限的数量')
  return {
    amount: amount ?? 1,
    unit: word(at, limit, 'unit', ['working-days', 'working-hours', 'days', 'hours'], 'working-days'),
    kind: word(at, limit, 'kind', ['statutory', 'promised'], 'promised'),
    yellow: number(at, limit, 'yellow', { least: 0, most: 1, above: true }) ?? 0.8,
    overdue: many(limit, 'overdue').flatMap((overdue) => {
      needed(at, overdue, 'do', '超时后做什么')
      const act = word(at, overdue, 'do', ['urge', 'copy-leader', 'to-leader', 'agree'], undefined)
      return act ? [{ after: number(at, overdue, 'after', { least: 0, most: 3660 }) ?? 0, do: act }] : []
    }),
  }
}

function readFields(at: At, fields: Element[]): UserStep['fields'] {
  const read: NonNullable<UserStep['fields']> = {}
  for (const field of fields) {
    const name = needed(at, field, 'name', '字段名')
    const access = word(at, field, 'access', ['hide', 'read', 'write', 'required'], 'read')
    if (!name) continue
    if (Object.hasOwn(read, name) || name in Object.prototype)
      at.notes.refuse(
        'same-field',
        at.element,
        (called) => `${called}的字段“${name}”写了两次，或用了保留的名称。请改正。`,
      )
    else read[name] = access
  }
  return fields.length > 0 ? read : undefined
}

const NEEDS: Partial<Record<HandlerRule['by'], [attribute: string, what: string][]>> = {
  person: [['persons', '人员']],
  post: [['title', '职务']],
  duty: [['duty', '岗位职责']],
  line: [['duty', '条线上级的岗位职责']],
  division: [
    ['division', '内设机构'],
    ['duty', '岗位职责'],
  ],
  role: [['role', '角色']],
  field: [['field', '表单字段']],
  handler: [['step', '哪个环节的办理人']],
}
const WITH_UNIT: readonly HandlerRule['by'][] = ['post', 'duty', 'division', 'role']

/** One `qt:handler`; undefined after its problems were noted. */
export function readHandler(at: At, handler: Element): HandlerRule | undefined {
  const rule = readRule(at, handler)
  const weight = number(at, handler, 'weight', { least: 1, most: 100, whole: true })
  return rule && weight !== undefined ? { ...rule, weight } : rule
}

function readRule(at: At, handler: Element): HandlerRule | undefined {
  needed(at, handler, 'by', '办理人规则的种类')
  const by = word(at, handler, 'by', BY, undefined)
  if (!by) return undefined
  const values = Object.fromEntries(
    (NEEDS[by] ?? []).map(([attribute, what]) => [attribute, needed(at, handler, attribute, what)]),
  )
  if (Object.values(values).includes(undefined)) return undefined
  if (by === 'person') return { by, persons: list(handler, 'persons') }
  if (by === 'leader') return { by, levels: number(at, handler, 'levels', { least: 1, most: 10, whole: true }) ?? 1 }
  if (by === 'expression') {
    const written = expression(handler)
    if (written) return { by, expression: written }
    at.notes.refuse('missing-value', at.element, (called) => `${called}的办理人规则是表达式，但没有写表达式。请补上。`)
    return undefined
  }
  const unit = WITH_UNIT.includes(by) ? { unit: readUnit(at, handler) } : {}
  return { by, ...values, ...unit } as HandlerRule
}

function readUnit(at: At, handler: Element): UnitRule {
  const id = text(handler, 'unitId')
  const field = text(handler, 'unitField')
  if ([id, field, text(handler, 'unit')].filter(Boolean).length > 1)
    at.notes.refuse(
      'bad-value',
      at.element,
      (called) => `${called}的办理人规则同时写了几种单位（unit、unitId、unitField）。请只留一种。`,
    )
  if (id) return { id }
  return field ? { field } : word(at, handler, 'unit', ['starter', 'superior', 'line'] as const, 'starter')
}
