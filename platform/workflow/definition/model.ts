import { BpmnModdle } from 'bpmn-moddle'
import { qtPackage } from './qt.ts'

/** An element of the BPMN model as moddle gives it: `get` answers properties of any name. */
export interface Element {
  $type: string
  $parent?: Element
  /** attributes of foreign namespaces */
  $attrs: Record<string, string>
  $children?: Element[]
  $body?: string
  id?: string
  name?: string
  get(name: string): unknown
  set(name: string, value: unknown): void
}

export interface ParseWarning {
  message: string
  element?: Element
  property?: string
  value?: string
}

/** A definition as it was drawn: process, diagram, documentation and foreign extensions. */
export interface Model {
  root: Element
  warnings: ParseWarning[]
}

const moddle = new BpmnModdle({ qt: qtPackage })

/** XML that `guard` let pass, as a model; rejects when it is no BPMN. */
export async function parseModel(xml: string): Promise<Model> {
  const { rootElement, warnings } = await moddle.fromXML(xml)
  return { root: rootElement, warnings }
}

/** The model as BPMN 2.0 XML, with all that was read. */
export async function writeDefinition(model: { root: Element }): Promise<string> {
  return (await moddle.toXML(model.root, { format: true })).xml
}

export const create = (type: string, properties: Record<string, unknown> = {}): Element =>
  moddle.create(type, Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)))

/** The elements under a property that holds many; empty when there is none. */
export const many = (element: Element | undefined, property: string): Element[] => {
  const value = element?.get(property)
  return Array.isArray(value) ? (value as Element[]) : []
}
export const one = (element: Element | undefined, property: string): Element | undefined =>
  (element?.get(property) as Element | undefined) ?? undefined
export const text = (element: Element | undefined, property: string): string | undefined => {
  const value = element?.get(property)
  return typeof value === 'string' ? value.trim() : undefined
}
/** What is written inside an expression element, without the sign `=` that some tools put before it. */
export const expression = (element: Element | undefined): string | undefined => {
  const written = text(element, 'body') ?? text(element, 'text')
  return written?.replace(/^=\s*/, '') || undefined
}

/** Extension elements of one type, `qt:Step` for one. */
export const extensions = (element: Element, type: string): Element[] =>
  many(one(element, 'extensionElements'), 'values').filter(({ $type }) => $type === type)
