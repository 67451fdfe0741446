import { type Element, many } from './model.ts'

/** The process of a file that runs, or the only one there is. */
export const findProcess = (root: Element): Element | undefined => {
  const processes = many(root, 'rootElements').filter(({ $type }) => $type === 'bpmn:Process')
  return processes.find((process) => process.get('isExecutable') === true) ?? processes[0]
}
