/** The package ships types of the elements but not of its own entry. */
declare module 'bpmn-moddle' {
  import type { Element, ParseWarning } from './model.ts'

  export class BpmnModdle {
    constructor(packages?: Record<string, unknown>)
    fromXML(xml: string): Promise<{ rootElement: Element; warnings: ParseWarning[] }>
    toXML(element: Element, options?: { format?: boolean }): Promise<{ xml: string }>
    create(type: string, properties?: Record<string, unknown>): Element
  }
}
