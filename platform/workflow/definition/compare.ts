import type { Change } from '../contract/designing.ts'
import type { Graph, Node } from '../contract/graph.ts'
import { typeName } from './problems.ts'
import { originOf } from './reading.ts'
import { aspectsOf, type Called } from './words.ts'

/** What a new version changes against the one before, in words, step by step in the order of the drawing. */
export const compareGraphs = (before: Graph, after: Graph, nameOf: Called['nameOf']): Change[] => {
  const stepOf = (graph: Graph) => (id: string) => graph.nodes[id]?.name ?? ''
  const [old, fresh] = [shown(before), shown(after)]
  const changes: Change[] = []
  if (before.name !== after.name)
    changes.push({ kind: 'changed', element: '', what: '流程名称', details: [`“${before.name}”改为“${after.name}”`] })
  for (const node of fresh.values()) {
    const was = old.get(node.id)
    if (!was) {
      changes.push({ kind: 'added', element: node.id, what: called(node), details: whereWords(after, node) })
      continue
    }
    const details = [
      ...differences(
        aspectsOf(was, { nameOf, stepOf: stepOf(before) }),
        aspectsOf(node, { nameOf, stepOf: stepOf(after) }),
      ),
      ...wayDifferences(before, was, after, node),
      ...tableDifferences(before, was, after, node),
    ]
    if (details.length > 0) changes.push({ kind: 'changed', element: node.id, what: called(node), details })
  }
  for (const node of old.values())
    if (!fresh.has(node.id)) changes.push({ kind: 'removed', element: node.id, what: called(node), details: [] })
  return changes
}

/** A decision table is told at the steps that ask it. */
const tableDifferences = (before: Graph, was: Node, after: Graph, { rule }: Node): string[] => {
  const [old, fresh] = [before.decisions?.[was.rule?.decision ?? ''], after.decisions?.[rule?.decision ?? '']]
  if (!old || !fresh || JSON.stringify(old) === JSON.stringify(fresh)) return []
  const kept = fresh.rules.filter((one) => old.rules.some((other) => JSON.stringify(other) === JSON.stringify(one)))
  const count = (n: number, what: string): string[] => (n > 0 ? [`${what} ${n} 条规则`] : [])
  const words = [
    ...count(fresh.rules.length - kept.length, '新增或改动'),
    ...count(Math.max(0, old.rules.length - kept.length - (fresh.rules.length - kept.length)), '减少'),
  ]
  return [`决策表“${rule?.decision}”：${words.join('，') || '表头或符合的方式有改动'}`]
}

const GATEWAYS = ['exclusive', 'inclusive', 'parallel', 'event-based']
/** What somebody would call a step: joins and helpers of the reading are none. */
const shown = ({ nodes }: Graph): Map<string, Node> =>
  new Map(
    Object.values(nodes)
      .filter(({ id, kind, out }) => originOf(id) === id && !(GATEWAYS.includes(kind) && out.length < 2))
      .filter(({ kind }) => kind !== 'start' && kind !== 'end')
      .map((node) => [node.id, node]),
  )

const called = ({ name, kind }: Node): string => (name ? `“${name}”` : typeName(kind))

const differences = (before: Record<string, string>, after: Record<string, string>): string[] =>
  Object.entries(after).flatMap(([aspect, value]) =>
    before[aspect] === value ? [] : [`${aspect}：${before[aspect] ?? '无'} → ${value}`],
  )

/** What stands right before a node; joins have no name and are looked through. */
const leadingTo = (graph: Graph, node: Node, seen = new Set<string>()): string[] =>
  node.in.flatMap((flow) => {
    const from = graph.nodes[graph.flows[flow]?.from ?? '']
    if (!from || seen.has(from.id)) return []
    seen.add(from.id)
    if (from.kind === 'start') return ['开始']
    return from.name ? [`“${from.name}”`] : leadingTo(graph, from, seen)
  })
const whereWords = (graph: Graph, node: Node): string[] => {
  const steps = [...new Set(leadingTo(graph, node))]
  return steps.length > 0 ? [`在${steps.join('、')}之后`] : []
}

const conditionsOf = (graph: Graph, node: Node): string =>
  node.out.length < 2 || !GATEWAYS.includes(node.kind)
    ? ''
    : node.out
        .map((id) => graph.flows[id])
        .map(
          (flow) => `${flow?.name || '分支'}：${flow?.condition ?? (flow?.id === node.fallback ? '其他情况' : '总是')}`,
        )
        .join('；')

const wayDifferences = (before: Graph, was: Node, after: Graph, node: Node): string[] => {
  const [old, fresh] = [whereWords(before, was).join(), whereWords(after, node).join()]
  const conditions = [conditionsOf(before, was), conditionsOf(after, node)] as const
  return [
    ...(old === fresh ? [] : [`位置：${old || '开头'} → ${fresh || '开头'}`]),
    ...(conditions[0] === conditions[1] ? [] : [`条件：${conditions[0]} → ${conditions[1]}`]),
  ]
}
