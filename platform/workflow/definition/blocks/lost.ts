import { beyondTables } from '../decisions.ts'
import { type Element, extensions, many, one, text } from '../model.ts'
import { called, typeName } from '../problems.ts'

/** What the blocks have no place for and a save from the simple designer would lose, one sentence each. */
export function lostInBlocks(root: Element, process: Element): string[] {
  const lost: string[] = []
  const say = (element: Element, what: string) => lost.push(`${called(element)}${what}`)
  if (many(root, 'rootElements').some(({ $type }) => $type === 'bpmn:Collaboration'))
    lost.push('图中有泳池，简易设计器画不出来。')
  if (many(process, 'laneSets').length > 0) lost.push('图中有泳道，简易设计器画不出来。')
  for (const artifact of many(process, 'artifacts'))
    if (artifact.$type !== 'bpmn:Association') say(artifact, '是图上的注释或分组，简易设计器画不出来。')
  if (many(process, 'documentation').length > 0) say(process, '写有说明文字，简易设计器保存不了。')
  for (const part of extensions(process, 'qt:Decisions')) {
    const beyond = beyondTables(text(part, 'text') ?? '')
    if (beyond) lost.push(`决策表里有${beyond}，简易设计器保存不了，请用专业设计器改。`)
  }
  const elements = many(process, 'flowElements')
  const sources = elements.map((element) => one(element, 'sourceRef'))
  const splits = new Set(sources.filter((source, index) => sources.indexOf(source) !== index))
  for (const element of elements) {
    if (foreign(element)) say(element, '带有其他系统的扩展，简易设计器保存不了。')
    if (element.$type === 'bpmn:SequenceFlow') checkFlow(element, say)
    else if (/^bpmn:(DataObject|DataObjectReference|DataStoreReference)$/.test(element.$type))
      say(element, '是数据对象，简易设计器画不出来。')
    else if (/Gateway$/.test(element.$type) && !splits.has(element)) checkJoin(element, say)
    else if (notes(element) > 1) say(element, '有不止一段说明文字，简易设计器只能保存一段。')
  }
  if (foreign(process)) say(process, '带有其他系统的扩展，简易设计器保存不了。')
  return lost
}

const notes = (element: Element): number => many(element, 'documentation').length

function checkJoin(join: Element, say: (element: Element, what: string) => void): void {
  if (join.name || notes(join) > 0) say(join, '是汇合的网关，简易设计器保存不了它的名称和说明。')
}

function checkFlow(flow: Element, say: (element: Element, what: string) => void): void {
  const source = one(flow, 'sourceRef')
  if (notes(flow) > 0) say(flow, '写有说明文字，简易设计器保存不了。')
  if (flow.name && source && !/Gateway$/.test(source.$type))
    say(flow, `是${typeName(source.$type)}后面的连线，简易设计器保存不了它的名称。`)
}

const foreign = (element: Element): boolean =>
  Object.keys(element.$attrs ?? {}).some((name) => name.includes(':') && !/^(xmlns|xsi|xml):/.test(name)) ||
  many(one(element, 'extensionElements'), 'values').some(({ $type }) => !$type.startsWith('qt:'))
