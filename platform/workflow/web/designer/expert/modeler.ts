import BpmnModeler from 'bpmn-js/lib/Modeler'
import 'bpmn-js/dist/assets/diagram-js.css'
import 'bpmn-js/dist/assets/bpmn-js.css'
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css'
import type { Element } from '../../../definition/model.ts'
import { qtPackage } from '../../../definition/qt.ts'
import { translated } from './translated.ts'

/** What is drawn: a shape or a line, and the element of the model it stands for. */
export interface Drawn {
  id: string
  type: string
  businessObject: Element
}

/** The few services of the drawing tool that this page uses, as far as it uses them. */
export interface Services {
  modeling: { updateProperties(element: Drawn, properties: Record<string, unknown>): void }
  elementRegistry: { get(id: string): Drawn | undefined; getAll(): Drawn[] }
  selection: { select(element: Drawn | null): void; get(): Drawn[] }
  canvas: {
    getRootElement(): Drawn
    zoom(level: 'fit-viewport', centre: 'auto'): void
    scrollToElement(element: Drawn): void
    addMarker(id: string, marker: string): void
    removeMarker(id: string, marker: string): void
  }
  commandStack: { undo(): void; redo(): void; canUndo(): boolean; canRedo(): boolean }
}
interface Tool {
  importXML(xml: string): Promise<unknown>
  saveXML(options: { format: boolean }): Promise<{ xml?: string }>
  get(name: string): unknown
  on(event: string, run: () => void): void
  destroy(): void
}

export interface Modeler extends Omit<Tool, 'get'> {
  service<N extends keyof Services>(name: N): Services[N]
}

/** The drawing tool in a box, in Chinese, with our extension kept. Its mark stays where it puts it: the licence wants it seen. */
export const createModeler = (container: HTMLElement): Modeler => {
  const tool = new BpmnModeler({
    container,
    moddleExtensions: { qt: qtPackage },
    additionalModules: [{ translate: ['value', translated] }],
  }) as unknown as Tool
  return {
    importXML: (xml) => tool.importXML(xml),
    saveXML: (options) => tool.saveXML(options),
    on: (event, run) => tool.on(event, run),
    destroy: () => tool.destroy(),
    service: <N extends keyof Services>(name: N) => tool.get(name) as Services[N],
  }
}
