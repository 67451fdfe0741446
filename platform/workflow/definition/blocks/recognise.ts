import type { Block, Branch } from '../../contract/blocks.ts'
import type { Flow, Graph, Node } from '../../contract/graph.ts'
import { called } from '../problems.ts'

/** Blocks, and by how many flows they come to which node behind them; nothing when all of them end. */
interface Row {
  blocks: Block[]
  reaches?: { id: string; flows: number }
}

/** A branch that does not nest: why, naming the element. */
export class NotNested extends Error {}

/** Turns the nodes of a graph into nested blocks, or throws why they are not nested. */
export class Recogniser {
  readonly #graph: Graph
  readonly #seen = new Set<string>()

  constructor(graph: Graph) {
    this.#graph = graph
  }

  /** Everything behind the start. */
  all(start: Node): Block[] {
    const { blocks, reaches } = this.#row(this.#after(start))
    if (!reaches) return blocks
    throw new NotNested(
      `${called(this.#node(reaches.id))}有来自别处的连线（回连，或没有成对的分支），简易设计器画不出来。`,
    )
  }

  #node(id: string): Node {
    return this.#graph.nodes[id] as Node
  }
  #flow(id: string): Flow {
    return this.#graph.flows[id] as Flow
  }
  #after(node: Node): string {
    return this.#flow(node.out[0] as string).to
  }

  /** Follows a way until it ends or comes to where several ways meet; `met` is such a place that was already passed. */
  #row(from: string, met?: string): Row {
    const blocks: Block[] = []
    let entered = met
    for (let id = from; ; ) {
      const node = this.#node(id)
      if (node.in.length > 1 && entered !== id) return { blocks, reaches: { id, flows: 1 } }
      if (isGateway(node) && node.out.length === 1) {
        // a gateway that neither splits nor joins closes the block it stands in; outside of blocks it is nothing
        if (entered !== id) return { blocks, reaches: { id, flows: 1 } }
        id = this.#after(node)
        continue
      }
      const block = this.#block(node)
      blocks.push(block)
      if (block.type === 'stop') return { blocks }
      if (!('branches' in block)) id = this.#after(node)
      else {
        const reaches = this.#split(node, block)
        if (!reaches) return { blocks }
        if (reaches.flows < this.#node(reaches.id).in.length) return { blocks, reaches }
        id = reaches.id
        entered = id
      }
    }
  }

  /** Fills the branches of a split; answers where they meet. */
  #split(node: Node, block: Extract<Block, { branches: Branch[] }>): Row['reaches'] {
    const order = node.out.filter((id) => id !== node.fallback)
    if (node.fallback) order.push(node.fallback)
    const places = new Map<string, number>()
    for (const id of order) {
      const flow = this.#flow(id)
      const { blocks, reaches } = this.#row(flow.to)
      const when = flow.condition === undefined ? {} : { when: flow.condition }
      block.branches.push({ id, name: flow.name, ...when, blocks })
      if (reaches) places.set(reaches.id, (places.get(reaches.id) ?? 0) + reaches.flows)
    }
    const [first, other] = [...places]
    if (first && other) {
      const words = [...places.keys()].map((id) => called(this.#node(id))).join('、')
      throw new NotNested(`${called(node)}的各个分支不在同一处汇合，而是到了${words}，简易设计器画不出来。`)
    }
    return first && { id: first[0], flows: first[1] }
  }

  #block(node: Node): Block {
    if (this.#seen.has(node.id)) throw new NotNested(`${called(node)}在一个循环里，简易设计器画不出来。`)
    this.#seen.add(node.id)
    const found = this.#plain(node) ?? this.#branching(node)
    if (found) return { id: node.id, name: node.name, ...found } as Block
    throw new NotNested(`${called(node)}是简易设计器没有的环节。`)
  }

  #plain({ kind, user, copy, service, rule, call, multi, event, payload, result }: Node) {
    if (payload || result || (multi && kind !== 'call')) return undefined
    if (user) return { type: 'approve', user } as const
    if (copy) return { type: 'copy', copy } as const
    if (service) return { type: 'service', service } as const
    if (rule) return { type: 'rule', rule } as const
    if (call) return { type: 'child', call, ...(multi ? { multi } : {}) } as const
    if (kind === 'catch' && event?.type === 'timer' && event.timer.kind !== 'cycle') {
      const { kind: dateOrDuration, value, working } = event.timer
      return { type: 'wait', timer: { kind: dateOrDuration, value, ...(working ? { working } : {}) } } as const
    }
    return kind === 'end' && event?.type === 'none' ? ({ type: 'stop' } as const) : undefined
  }

  #branching({ kind, out }: Node) {
    if (out.length < 2) return undefined
    if (kind === 'exclusive') return { type: 'choice', several: false, branches: [] as Branch[] } as const
    if (kind === 'inclusive') return { type: 'choice', several: true, branches: [] as Branch[] } as const
    return kind === 'parallel' ? ({ type: 'parallel', branches: [] as Branch[] } as const) : undefined
  }
}

const isGateway = ({ kind }: Node): boolean => kind === 'exclusive' || kind === 'inclusive' || kind === 'parallel'
