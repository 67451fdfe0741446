import { evaluate as interpret } from 'feelin'
import { systemClock } from '#kernel/clock'
import { compileExpression, fromFeel } from '#platform/feel'
import { type Figure, median, rounded } from './measure.ts'

const ROUNDS = 5
/** Evaluations of ours and of the peer in one turn; each takes some milliseconds. */
const OURS = 2000
const PEER = 40

const CONTEXT = {
  金额: 60_000,
  部门: '办公厅',
  天数: 5,
  预算: 20_000,
  标题: '关于召开紧急会议的通知',
  等级: '平急',
  经办人: ['周文清', '李建国', '王秀兰'],
  明细: [
    { 品名: '纸张', 金额: 120, 数量: 10 },
    { 品名: '硒鼓', 金额: 860, 数量: 4 },
    { 品名: '桌椅', 金额: 1500, 数量: 6 },
    { 品名: '订书机', 金额: 35, 数量: 20 },
  ],
}

/** Conditions and values as forms and processes of an office have them. */
const EXPRESSIONS = [
  '金额 > 50000 and 部门 = "办公厅"',
  'if 天数 > 3 then "处长" else "科长"',
  '金额 in [1000..50000]',
  'sum(明细.金额) * 1.06 > 预算',
  'count(明细[金额 > 100]) >= 2',
  'every 项 in 明细 satisfies 项.金额 < 10000',
  'some 人 in 经办人 satisfies 人 = "王秀兰"',
  'contains(标题, "紧急") or 等级 in ("特急", "加急")',
  'date("2026-11-22") - date("2026-11-01") <= duration("P30D")',
  'for 项 in 明细 return 项.金额 * 项.数量',
]

/** Microseconds of one call. */
const timed = (times: number, call: () => unknown): number => {
  const began = performance.now()
  for (let turn = 0; turn < times; turn++) call()
  return ((performance.now() - began) * 1000) / times
}

/** One expression on both sides, turn about. @throws when the two do not agree */
const compare = (text: string): { ours: number; peer: number; ratio: number } => {
  const compiled = compileExpression(text, { names: Object.keys(CONTEXT) })
  const ours = () => compiled.evaluate(CONTEXT, { clock: systemClock })
  const peer = () => interpret(text, CONTEXT).value
  const [mine, theirs] = [JSON.stringify(fromFeel(ours())), JSON.stringify(peer())]
  if (mine !== theirs) throw new Error(`${text}: ${mine} against ${theirs}`)
  timed(OURS, ours)
  timed(PEER, peer)
  const rounds = Array.from({ length: ROUNDS }, () => ({ ours: timed(OURS, ours), peer: timed(PEER, peer) }))
  return {
    ours: median(rounds.map((round) => round.ours)),
    peer: median(rounds.map((round) => round.peer)),
    ratio: median(rounds.map((round) => round.peer / round.ours)),
  }
}

/** npm run bench -- feel: compiled evaluation, the reading of the JS values included, against feelin, which keeps no compiled form. */
export const feel = (): Figure[] => {
  const lines = EXPRESSIONS.map((text) => ({ text, ...compare(text) }))
  const whole = (pick: (line: (typeof lines)[number]) => number) => lines.reduce((total, line) => total + pick(line), 0)
  const ratio = whole(({ peer }) => peer) / whole(({ ours }) => ours)
  const least = Math.min(...lines.map((line) => line.ratio))
  const compiling = median(
    Array.from({ length: ROUNDS }, () =>
      timed(50, () => EXPRESSIONS.map((text) => compileExpression(text, { names: Object.keys(CONTEXT) }))),
    ),
  )
  return [
    ...lines.map(({ text, ours, peer, ratio }) => ({
      name: text,
      value: rounded(ours),
      reference: rounded(peer),
      ratio: rounded(ratio, 0),
      unit: 'µs',
    })),
    {
      name: '十条合计',
      value: rounded(whole(({ ours }) => ours)),
      reference: rounded(whole(({ peer }) => peer)),
      ratio: rounded(ratio, 0),
      unit: 'µs',
      target: '≥ 50',
      pass: ratio >= 50,
    },
    { name: '其中比值最小的一条', value: rounded(least, 0), unit: '倍', target: '≥ 50', pass: least >= 50 },
    { name: '编译一条', value: rounded(compiling / EXPRESSIONS.length), unit: 'µs' },
  ]
}
