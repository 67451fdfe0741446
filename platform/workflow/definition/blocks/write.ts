import type { Block, BlockProcess, Branch } from '../../contract/blocks.ts'
import { create, type Element, writeDefinition } from '../model.ts'
import { decisionsToDmn } from './decisions.ts'
import { type Box, branchCentres, joinOf, layout, route } from './layout.ts'
import { extended, writeHandler, writeMulti, writeSetting, writeStep } from './settings.ts'

/** What is being drawn: the elements, in order, and where each stands. */
interface Drawing {
  elements: Element[]
  byId: Map<string, Element>
  boxes: Map<string, Box>
  shapes: Element[]
  edges: Element[]
}

/** A loose end that waits for what comes next: a branch knows its own flow's id, name and condition. */
interface Loose {
  from: string
  branch?: Branch
  /** the line an empty branch is drawn along */
  by?: number
}

/** Blocks → BPMN 2.0 XML with a diagram from top to bottom. */
export async function blocksToXml(process: BlockProcess): Promise<string> {
  const drawing: Drawing = {
    elements: [],
    byId: new Map(),
    boxes: layout(process.start.id, process.blocks),
    shapes: [],
    edges: [],
  }
  const { id, name } = process.start
  put(drawing, create('bpmn:StartEvent', { id, name: name || undefined }))
  row(drawing, process.blocks, [{ from: id }])
  const fields = process.fields.map((field) => create('qt:Field', { name: field }))
  const settings = [...fields, ...decisionsOf(process)]
  const element = create('bpmn:Process', {
    id: process.key,
    name: process.name,
    isExecutable: true,
    extensionElements: settings.length > 0 ? extended(...settings) : undefined,
    flowElements: drawing.elements,
  })
  const plane = create('bpmndi:BPMNPlane', {
    id: `${process.key}_plane`,
    bpmnElement: element,
    planeElement: [...drawing.shapes, ...drawing.edges],
  })
  const root = create('bpmn:Definitions', {
    id: `${process.key}_definitions`,
    targetNamespace: 'https://qitong.dev/process',
    rootElements: [element],
    diagrams: [create('bpmndi:BPMNDiagram', { id: `${process.key}_diagram`, plane })],
  })
  return writeDefinition({ root })
}

/** `qt:decisions`: all tables of the process as one DMN file. */
export const decisionsOf = ({ key, decisions = {} }: Pick<BlockProcess, 'key' | 'decisions'>): Element[] =>
  Object.keys(decisions).length > 0 ? [create('qt:Decisions', { text: decisionsToDmn(key, decisions) })] : []

/** Blocks one under another; answers the loose ends at the bottom. */
function row(drawing: Drawing, blocks: readonly Block[], above: Loose[]): Loose[] {
  let loose = above
  for (const block of blocks) {
    put(drawing, elementOf(block))
    for (const end of loose) connect(drawing, end, block.id)
    loose = block.type === 'stop' ? [] : [{ from: block.id }]
    if ('branches' in block) loose = split(drawing, block)
  }
  return loose
}

function split(drawing: Drawing, block: Extract<Block, { branches: Branch[] }>): Loose[] {
  const box = drawing.boxes.get(block.id) as Box
  const centres = branchCentres(block, box.x + box.width / 2)
  const ends = block.branches.flatMap((branch, index) =>
    row(drawing, branch.blocks, [{ from: block.id, branch, by: centres[index] }]),
  )
  const join = joinOf(block.id)
  if (ends.length > 0)
    put(drawing, create(stopsWithin(block) ? 'bpmn:InclusiveGateway' : gatewayOf(block), { id: join }))
  for (const end of ends) connect(drawing, end, join)
  // conditions are tried in the order in which the flows stand in the file
  const flows = block.branches.map(({ id }) => drawing.byId.get(id) as Element)
  drawing.elements = [...drawing.elements.filter((element) => !flows.includes(element)), ...flows]
  const gateway = drawing.byId.get(block.id)
  gateway?.set('outgoing', flows)
  if (block.type === 'choice') gateway?.set('default', flows.at(-1))
  return ends.length > 0 ? [{ from: join }] : []
}

const gatewayOf = (block: Extract<Block, { branches: Branch[] }>): string => {
  if (block.type === 'parallel') return 'bpmn:ParallelGateway'
  return block.several ? 'bpmn:InclusiveGateway' : 'bpmn:ExclusiveGateway'
}

/** Where a parallel branch may end on its own, a join that insists on all of them would wait for ever. */
const stopsWithin = (block: Extract<Block, { branches: Branch[] }>): boolean =>
  block.type === 'parallel' && block.branches.some(({ blocks }) => blocks.some(mayStop))
const mayStop = (block: Block): boolean =>
  block.type === 'stop' || ('branches' in block && block.branches.some(({ blocks }) => blocks.some(mayStop)))

export function elementOf(block: Block): Element {
  const common = {
    id: block.id,
    name: block.name || undefined,
    documentation: block.note ? [create('bpmn:Documentation', { text: block.note })] : undefined,
  }
  const task = (type: string, setting: Element, more: Record<string, unknown> = {}) =>
    create(type, { ...common, extensionElements: extended(setting), ...more })
  switch (block.type) {
    case 'approve':
      return task('bpmn:UserTask', writeStep(block.user))
    case 'copy':
      return task('bpmn:SendTask', create('qt:Copy', { handlers: block.copy.handlers.map(writeHandler) }))
    case 'service':
      return task('bpmn:ServiceTask', writeSetting('qt:Service', { ...block.service }))
    case 'rule':
      return task('bpmn:BusinessRuleTask', writeSetting('qt:Rule', { ...block.rule }))
    case 'child': {
      const { process, ...mappings } = block.call
      const multi = block.multi && writeMulti(block.multi)
      return task('bpmn:CallActivity', writeSetting('qt:Call', mappings), {
        calledElement: process,
        loopCharacteristics: multi,
      })
    }
    case 'wait': {
      const { kind, value, working } = block.timer
      const formula = create('bpmn:FormalExpression', { body: value })
      const timer = create('bpmn:TimerEventDefinition', {
        [kind === 'date' ? 'timeDate' : 'timeDuration']: formula,
        'qt:working': working ? 'true' : undefined,
      })
      return create('bpmn:IntermediateCatchEvent', { ...common, eventDefinitions: [timer] })
    }
    case 'stop':
      return create('bpmn:EndEvent', common)
    default:
      return create(gatewayOf(block), common)
  }
}

function put(drawing: Drawing, element: Element): void {
  const id = element.id as string
  const { x, y, width, height } = drawing.boxes.get(id) as Box
  adopt(drawing, element)
  const bounds = create('dc:Bounds', { x, y, width, height })
  drawing.shapes.push(create('bpmndi:BPMNShape', { id: `${id}_di`, bpmnElement: element, bounds }))
}

function adopt(drawing: Drawing, element: Element): void {
  drawing.elements.push(element)
  drawing.byId.set(element.id as string, element)
}

function connect(drawing: Drawing, { from, branch, by }: Loose, to: string): void {
  const [source, target] = [drawing.byId.get(from) as Element, drawing.byId.get(to) as Element]
  const flow = create('bpmn:SequenceFlow', {
    id: branch?.id ?? `${from}_to_${to}`,
    name: branch?.name || undefined,
    sourceRef: source,
    targetRef: target,
    conditionExpression: branch?.when ? create('bpmn:FormalExpression', { body: branch.when }) : undefined,
  })
  adopt(drawing, flow)
  ;(source.get('outgoing') as Element[]).push(flow)
  ;(target.get('incoming') as Element[]).push(flow)
  const waypoint = route(drawing.boxes.get(from) as Box, drawing.boxes.get(to) as Box, by).map((point) =>
    create('dc:Point', { ...point }),
  )
  drawing.edges.push(create('bpmndi:BPMNEdge', { id: `${flow.id}_di`, bpmnElement: flow, waypoint }))
}
