import type { Graph } from '../contract/graph.ts'
import { readDecisions } from './decisions.ts'
import { type CheckExpression, Expressions } from './expressions.ts'
import { guard } from './guard.ts'
import { checkLoops } from './loops.ts'
import { type Element, extensions, type Model, many, parseModel, text } from './model.ts'
import { Notes, type Problem } from './problems.ts'
import { insertSplits, nameForks } from './regions.ts'
import { MOST_FLOW_ELEMENTS, readScope, refuseMisplaced } from './scopes.ts'
import { checkSoundness } from './soundness.ts'
import { needed } from './values.ts'
import { judgeWarnings, noteForeign } from './warnings.ts'
import { checkWiring } from './wiring.ts'

export interface ReadOptions {
  checkExpression: CheckExpression
  /** names of the form's fields, when the form is known: names with spaces need it */
  names?: readonly string[]
}

/** Everything wrong at once, or the graph that runs; `warnings` say what is kept but does not run. */
export type DefinitionReading = { graph: Graph; warnings: Problem[] } | { problems: Problem[]; warnings: Problem[] }

/** BPMN 2.0 XML with the `qt:` extension → what the engine runs. Never throws for what is in the file. */
export async function readDefinition(xml: string, options: ReadOptions): Promise<DefinitionReading> {
  const hostile = guard(xml)
  if (hostile) return { problems: [hostile], warnings: [] }
  const notes = new Notes()
  const model = await parseModel(xml).catch(() => undefined)
  if (!model)
    notes.refuse(
      'not-bpmn',
      undefined,
      () => '这不是 BPMN 2.0 流程文件（最外层应当是 bpmn:definitions）。请用设计器重新导出。',
    )
  const graph = model && readModel(model, options, notes)
  const { problems, warnings } = notes
  return graph && problems.length === 0 ? { graph, warnings } : { problems, warnings }
}

function readModel(model: Model, options: ReadOptions, notes: Notes): Graph | undefined {
  judgeWarnings(model, notes)
  const process = findProcess(model.root, notes)
  if (!process) return undefined
  const graph: Graph = {
    format: 1,
    key: process.id ?? '',
    name: text(process, 'name') || (process.id ?? ''),
    root: process.id ?? '',
    scopes: {},
    nodes: {},
    flows: {},
    reads: [],
  }
  const elements = new Map<string, Element>()
  const expressions = new Expressions()
  readFields(process, expressions, notes)
  const decisions = readDecisions({ element: process, notes })
  if (Object.keys(decisions).length > 0) graph.decisions = decisions
  readScope({ graph, elements, notes, expressions, locals: [] }, process, 'process')
  if (elements.size > MOST_FLOW_ELEMENTS) return undefined
  noteForeign(model.root, [model.root, process, ...elements.values()], notes)
  graph.reads = expressions.check(notes, options.checkExpression, options.names ?? [])
  check(graph, notes)
  return graph
}

/** `qt:field` of the process itself: fields of its form, which expressions may read. */
function readFields(process: Element, expressions: Expressions, notes: Notes): void {
  for (const field of extensions(process, 'qt:Field')) {
    const name = needed({ element: process, notes }, field, 'name', '字段名')
    if (name) expressions.declare(name)
  }
  refuseMisplaced({ element: process, notes }, ['qt:Field', 'qt:Decisions'])
}

/** Says first what can be said element by element; how tokens run is only asked of a graph that hangs together. */
function check(graph: Graph, notes: Notes): void {
  const before = notes.problems.length
  checkWiring(graph, notes)
  checkLoops(graph, notes)
  insertSplits(graph)
  if (notes.problems.slice(before).some(({ code }) => !HARMLESS.includes(code))) return
  const wired = notes.problems.length
  nameForks(graph, notes)
  if (notes.problems.length === wired) checkSoundness(graph, notes)
}

/** Problems of the wiring that leave the ways of tokens as they are. */
const HARMLESS = ['no-such-step', 'no-condition', 'no-default', 'default-with-condition', 'endless-loop']

function findProcess(root: Element, notes: Notes): Element | undefined {
  if (many(root, 'imports').length > 0)
    notes.refuse('import', root, () => '流程文件引用了外部文件（import），不能导入。请把所需内容放进同一个文件。')
  for (const element of many(root, 'rootElements'))
    if (/^bpmn:(Global|Choreography)/.test(element.$type))
      notes.refuse('unsupported', element, (called) => `${called}暂不支持。请改用调用活动或去掉。`)
  const processes = many(root, 'rootElements').filter(({ $type }) => $type === 'bpmn:Process')
  const executable = processes.filter((process) => process.get('isExecutable') === true)
  const [process] = executable
  if (!process) {
    notes.refuse(
      'no-process',
      processes[0] ?? root,
      () => '文件里没有可执行的流程。请把要运行的流程设为“可执行”（isExecutable="true"）。',
    )
    return undefined
  }
  if (executable.length > 1) {
    const names = executable.map((one) => `“${text(one, 'name') ?? one.id ?? ''}”`).join('、')
    notes.refuse(
      'several-processes',
      process,
      () => `文件里有 ${executable.length} 个可执行的流程：${names}。请只留一个，其余用调用活动引用。`,
    )
  }
  if (!process.id || process.id in Object.prototype || process.id.length > 100) {
    notes.refuse('bad-id', process, (called) => `${called}没有 id，或 id 太长、是保留的名称。请换一个 id。`)
    return undefined
  }
  return process
}
