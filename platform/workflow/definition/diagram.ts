import type { Diagram } from '../contract/designing.ts'
import type { Graph } from '../contract/graph.ts'
import { kindOf } from './elements.ts'
import { layered, type Part, type Sketch } from './layered.ts'
import { type Element, many, one, parseModel, text } from './model.ts'

/**
 * The drawing of a process: where its own diagram puts things, or a computed layout when it has none (a file of another tool, or one
 * of which somebody deleted the drawing). `graph` is there for what was published without a readable file.
 */
export const diagramOf = async (xml: string, graph?: Graph): Promise<Diagram> => {
  const model = await parseModel(xml).catch(() => undefined)
  const sketch = model ? sketchOfModel(model.root) : undefined
  if (model && sketch && sketch.parts.length > 0) return drawn(model.root, sketch) ?? layered(sketch)
  return layered(graph ? sketchOfGraph(graph) : { parts: [], lines: [] })
}

const EVENTS = /^bpmn:(\w+)EventDefinition$/
const eventOf = (element: Element): string | null => {
  const [definition] = many(element, 'eventDefinitions')
  const type = definition && EVENTS.exec(definition.$type)?.[1]
  return type ? type.toLowerCase() : null
}

function sketchOfModel(root: Element): Sketch {
  const sketch: Sketch = { parts: [], lines: [] }
  const walk = (scope: Element, inside: string | undefined): void => {
    for (const element of many(scope, 'flowElements')) {
      const id = element.id ?? ''
      const [from, to] = [one(element, 'sourceRef')?.id, one(element, 'targetRef')?.id]
      const kind = kindOf(element)
      if (element.$type === 'bpmn:SequenceFlow' && from && to)
        sketch.lines.push({ id, from, to, name: text(element, 'name') ?? '' })
      else if (kind) sketch.parts.push(partOf(element, id, kind, inside))
      if (kind === 'subprocess') walk(element, id)
    }
  }
  for (const process of many(root, 'rootElements')) if (process.$type === 'bpmn:Process') walk(process, undefined)
  return sketch
}
const partOf = (element: Element, id: string, kind: string, inside: string | undefined): Part => ({
  id,
  kind,
  name: text(element, 'name') ?? '',
  event: eventOf(element),
  ...(inside && { inside }),
  ...(kind === 'boundary' && { host: one(element, 'attachedToRef')?.id }),
})

const sketchOfGraph = ({ nodes, flows, scopes, root }: Graph): Sketch => {
  const holder = new Map(Object.values(nodes).flatMap(({ id, inner }) => (inner ? [[inner, id] as const] : [])))
  return {
    parts: Object.values(nodes).map(({ id, kind, name, event, host, scope }) => ({
      id,
      kind,
      name,
      event: event && event.type !== 'none' ? event.type : null,
      ...(scope !== root && scopes[scope] && holder.has(scope) && { inside: holder.get(scope) as string }),
      ...(kind === 'boundary' && { host }),
    })),
    lines: Object.values(flows),
  }
}

/** By the file's own diagram; undefined when something in it has no place. */
function drawn(root: Element, { parts, lines }: Sketch): Diagram | undefined {
  const shapes = new Map<string, Element>()
  for (const diagram of many(root, 'diagrams'))
    for (const shape of many(one(diagram, 'plane'), 'planeElement')) {
      const of = one(shape, 'bpmnElement')?.id
      if (of) shapes.set(of, shape)
    }
  const nodes = parts.flatMap(({ id, kind, name, event }) => {
    const bounds = one(shapes.get(id), 'bounds')
    if (!bounds) return []
    const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((side) => Number(bounds.get(side)))
    return [{ id, kind, name, event, x: x ?? 0, y: y ?? 0, width: width ?? 0, height: height ?? 0 }]
  })
  if (nodes.length < parts.length) return undefined
  const edges = lines.map((line) => ({
    id: line.id,
    from: line.from,
    to: line.to,
    name: line.name,
    points: many(shapes.get(line.id), 'waypoint').map((point) => ({
      x: Number(point.get('x')),
      y: Number(point.get('y')),
    })),
  }))
  return edges.every(({ points }) => points.length > 1) ? { nodes, edges } : undefined
}
