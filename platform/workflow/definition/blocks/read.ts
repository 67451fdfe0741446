import type { Block, BlockProcess } from '../../contract/blocks.ts'
import type { Graph, Node } from '../../contract/graph.ts'
import { type Element, extensions, many, parseModel, text } from '../model.ts'
import { called } from '../problems.ts'
import { type ReadOptions, readDefinition } from '../read.ts'
import { nodesOf, originOf } from '../reading.ts'
import { lostInBlocks } from './lost.ts'
import { NotNested, Recogniser } from './recognise.ts'

/** The blocks of a definition, or in Chinese why it cannot be edited as blocks: all reasons, each naming its element. */
export async function xmlToBlocks(
  xml: string,
  options: ReadOptions,
): Promise<{ blocks: BlockProcess } | { reasons: string[] }> {
  const reading = await readDefinition(xml, options)
  if ('problems' in reading) return { reasons: reading.problems.map(({ message }) => message) }
  const { graph } = reading
  const { root } = await parseModel(xml)
  const process = many(root, 'rootElements').find(({ id }) => id === graph.key) as Element
  const reasons = [...lostInBlocks(root, process), ...beyondBlocks(graph)]
  if (reasons.length > 0) return { reasons }
  const start = graph.nodes[graph.scopes[graph.root]?.starts[0] ?? ''] as Node
  try {
    const blocks = new Recogniser(graph).all(start)
    addNotes(blocks, process)
    return {
      blocks: {
        format: 1,
        key: graph.key,
        name: graph.name,
        fields: extensions(process, 'qt:Field').map((field) => text(field, 'name') ?? ''),
        ...(graph.decisions && { decisions: graph.decisions }),
        start: { id: start.id, name: start.name },
        blocks,
      },
    }
  } catch (error) {
    if (error instanceof NotNested) return { reasons: [error.message] }
    throw error
  }
}

/** Elements that no block stands for. */
function beyondBlocks(graph: Graph): string[] {
  const said = (node: Node | undefined, what: string) => (node ? [`${called(node)}${what}`] : [])
  const root = graph.scopes[graph.root]
  const starts = (root?.starts ?? []).map((id) => graph.nodes[id])
  return [
    ...(starts.length > 1 ? ['流程有不止一个开始，简易设计器画不出来。'] : []),
    ...starts.flatMap((start) =>
      start?.event?.type === 'none' && !start.result ? [] : said(start, '不是普通的开始，简易设计器画不出来。'),
    ),
    ...((root?.handlers.length ?? 0) > 0 ? ['流程有事件子流程，简易设计器画不出来。'] : []),
    ...nodesOf(graph, graph.root).flatMap((node) => {
      if (node.kind === 'boundary')
        return said(node, '是边界事件，简易设计器画不出来。超时提醒可以在环节的时限里设置。')
      if (node.kind === 'subprocess') return said(node, '是内嵌的子流程，简易设计器画不出来。可以改为调用另一个流程。')
      if (originOf(node.id) !== node.id)
        return said(graph.nodes[originOf(node.id)], '后面直接分出几条连线，没有网关。请先在专业设计器里加上网关。')
      return []
    }),
  ]
}

function addNotes(blocks: Block[], process: Element): void {
  const written = new Map<string, string>()
  for (const element of many(process, 'flowElements')) {
    const note = text(many(element, 'documentation')[0], 'text')
    if (note && element.id) written.set(element.id, note)
  }
  const add = (block: Block): void => {
    const note = written.get(block.id)
    if (note) block.note = note
    if ('branches' in block) for (const branch of block.branches) branch.blocks.forEach(add)
  }
  blocks.forEach(add)
}
