import { z } from 'zod'
import type { Block, BlockProcess } from './blocks.ts'
import type { DecisionDef, HandlerRule, UnitRule, UserStep } from './graph.ts'

/**
 * What a draft may look like on its way to the server: half-finished is allowed (no people yet, an empty condition), misshapen is not.
 * What is wrong with it as a process is said by the definition's own check.
 */
const word = z.string().max(200)
const longText = z.string().max(4000)
/** an id of BPMN: an XML name without a colon */
const ElementId = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/)
const fieldName = z.string().min(1).max(100)

const Unit: z.ZodType<UnitRule> = z.union([
  z.enum(['starter', 'superior', 'line']),
  z.object({ id: word }),
  z.object({ field: word }),
])
const weight = z.number().int().min(1).max(100).optional()
const Rule: z.ZodType<HandlerRule> = z.discriminatedUnion('by', [
  z.object({ weight, by: z.literal('person'), persons: z.array(word).max(200) }),
  z.object({ weight, by: z.literal('post'), title: word, unit: Unit }),
  z.object({ weight, by: z.literal('duty'), duty: word, unit: Unit }),
  z.object({ weight, by: z.literal('leader'), levels: z.number().int().min(1).max(10) }),
  z.object({ weight, by: z.literal('line'), duty: word }),
  z.object({ weight, by: z.literal('division'), division: word, duty: word, unit: Unit }),
  z.object({ weight, by: z.literal('role'), role: word, unit: Unit }),
  z.object({ weight, by: z.literal('field'), field: word }),
  z.object({ weight, by: z.literal('handler'), step: word }),
  z.object({ weight, by: z.literal('starter') }),
  z.object({ weight, by: z.literal('choice') }),
  z.object({ weight, by: z.literal('expression'), expression: longText }),
])
const rules = z.array(Rule).max(50)

const amount = z.number().min(0).max(3660)
const LimitShape = z.object({
  amount,
  unit: z.enum(['working-days', 'working-hours', 'days', 'hours']),
  kind: z.enum(['statutory', 'promised']),
  yellow: z.number().min(0).max(1),
  overdue: z.array(z.object({ after: amount, do: z.enum(['urge', 'copy-leader', 'to-leader', 'agree']) })).max(10),
})
const operations = [
  ...(['add-signer', 'remove-signer', 'transfer', 'delegate', 'assist'] as const),
  ...(['send-back', 'withdraw', 'circulate', 'urge', 'terminate'] as const),
]
const User: z.ZodType<UserStep> = z.object({
  handlers: rules,
  way: z.enum(['single', 'all-of', 'in-turn', 'any-of', 'vote', 'claim']),
  ratio: z.number().min(0).max(1).optional(),
  veto: word.optional(),
  rejectAtOnce: z.boolean().optional(),
  until: longText.optional(),
  outcomes: z
    .array(
      z.object({
        key: word,
        name: word,
        counts: z.enum(['agree', 'reject', 'neutral']),
        opinion: z.enum(['required', 'optional', 'none']),
      }),
    )
    .max(20),
  operations: z.array(z.enum(operations)).max(operations.length),
  nobody: z.enum(['skip', 'administrator', 'superior', 'hold']),
  starter: z.enum(['keep', 'skip', 'superior']),
  again: z.enum(['keep', 'skip-adjacent', 'skip']),
  absent: z.enum(['keep', 'substitute', 'superior', 'wait']),
  limit: LimitShape.optional(),
  sendBack: z
    .object({
      to: z.union([z.literal('any'), z.array(word).max(100)]),
      mode: z.enum(['redo', 'straight', 'choose']),
    })
    .optional(),
  rejected: z.enum(['continue', 'end']).optional(),
  withdraw: z.enum(['until-opened', 'until-done', 'never']),
  free: z.boolean().optional(),
  fields: z.record(fieldName, z.enum(['hide', 'read', 'write', 'required'])).optional(),
})
const mappings = z.array(z.object({ from: longText, to: word })).max(100)
const several = z.object({
  sequential: z.boolean(),
  cardinality: longText.optional(),
  collection: longText.optional(),
  element: word.optional(),
  until: longText.optional(),
  collect: z.object({ from: longText, to: word }).optional(),
})

const common = { id: ElementId, name: word, note: longText.optional() }
const Branch = z.object({
  id: ElementId,
  name: word,
  when: longText.optional(),
  get blocks() {
    return Blocks
  },
})
const branches = z.array(Branch).min(2).max(30)
const OneBlock = z.discriminatedUnion('type', [
  z.object({ ...common, type: z.literal('approve'), user: User }),
  z.object({ ...common, type: z.literal('copy'), copy: z.object({ handlers: rules }) }),
  z.object({ ...common, type: z.literal('choice'), several: z.boolean(), branches }),
  z.object({ ...common, type: z.literal('parallel'), branches }),
  z.object({
    ...common,
    type: z.literal('child'),
    call: z.object({ process: word, input: mappings, output: mappings }),
    multi: several.optional(),
  }),
  z.object({
    ...common,
    type: z.literal('wait'),
    timer: z.object({ kind: z.enum(['date', 'duration']), value: longText, working: z.boolean().optional() }),
  }),
  z.object({
    ...common,
    type: z.literal('service'),
    service: z.object({ handler: word, input: mappings, output: mappings, retries: z.number().int().min(0).max(20) }),
  }),
  z.object({
    ...common,
    type: z.literal('rule'),
    rule: z.object({ decision: word, input: mappings, output: mappings }),
  }),
  z.object({ ...common, type: z.literal('stop') }),
])
const Blocks: z.ZodType<Block[]> = z.lazy(() => z.array(OneBlock).max(200)) as never

const decisionType = z.enum(['string', 'number', 'boolean', 'date', 'time', 'date and time']).optional()
const cell = z.string().max(1000)
const Decision: z.ZodType<DecisionDef> = z
  .object({
    hitPolicy: z.enum(['unique', 'any', 'priority', 'first', 'collect', 'rule order', 'output order']),
    aggregation: z.enum(['sum', 'min', 'max', 'count']).optional(),
    inputs: z
      .array(z.object({ label: word, expression: longText, type: decisionType, allowed: longText.optional() }))
      .max(30),
    outputs: z
      .array(z.object({ name: word, type: decisionType, allowed: longText.optional(), otherwise: longText.optional() }))
      .min(1)
      .max(20),
    rules: z
      .array(z.object({ inputs: z.array(cell), outputs: z.array(cell) }))
      .max(2000, '一张决策表最多 2000 条规则。'),
  })
  .refine(
    ({ inputs, outputs, rules }) =>
      rules.every((rule) => rule.inputs.length === inputs.length && rule.outputs.length === outputs.length),
    '规则的格数与表头不符。',
  )

export const BlockProcessShape: z.ZodType<BlockProcess> = z.object({
  format: z.literal(1),
  key: ElementId,
  name: z.string().trim().max(100, '流程名称最多 100 个字。'),
  fields: z.array(fieldName).max(200),
  decisions: z.record(z.string().min(1).max(60), Decision).optional(),
  start: z.object({ id: ElementId, name: word }),
  blocks: Blocks,
})
