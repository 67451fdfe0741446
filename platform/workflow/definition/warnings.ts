import { type Element, type Model, many, one } from './model.ts'
import type { Notes } from './problems.ts'
import { QT } from './qt.ts'

/** References whose loss would change how it runs; others only matter for the drawing. */
const DECIDING = [
  ...['sourceRef', 'targetRef', 'default', 'attachedToRef', 'incoming', 'outgoing'],
  ...['messageRef', 'signalRef', 'errorRef', 'escalationRef', 'processRef', 'operationRef'],
]
const OF_THE_MODEL = /^(bpmn|qt):/

/** What the parser did not understand: refused where it would change how the process runs, noted where it is only drawing. */
export function judgeWarnings({ warnings }: Model, notes: Notes): void {
  for (const { message, element, property, value } of warnings) {
    if (message.startsWith('unresolved reference')) judgeReference(notes, element, property ?? '', value ?? '')
    else if (message.startsWith('unknown attribute')) {
      const name = property ?? ''
      if (element && OF_THE_MODEL.test(element.$type))
        notes.refuse(
          'unknown-attribute',
          owner(element),
          (called) => `${called}有不认识的属性“${name}”。请检查拼写或删去。`,
        )
    } else if (!message.startsWith('unsupported document encoding'))
      notes.refuse('unreadable', undefined, () => unreadable(message))
  }
}

/** The closest element that has an id: what is drawn, not a setting of it. */
export function owner(element: Element): Element {
  let found = element
  while (!found.id && found.$parent) found = found.$parent
  return found
}

function judgeReference(notes: Notes, element: Element | undefined, property: string, value: string): void {
  const name = property.replace(/^\w+:/, '')
  const to = element && owner(element)
  if (to && OF_THE_MODEL.test(to.$type) && DECIDING.includes(name))
    notes.refuse(
      'unresolved',
      to,
      (called) => `${called}的 ${name} 指向“${value.slice(0, 60)}”，文件里没有这个元素。请改正或删去。`,
    )
  else notes.warn('unresolved', to, (called) => `${called}的 ${name} 指向“${value.slice(0, 60)}”，文件里没有，已忽略。`)
}

/** The parser says: unparsable content <tag> detected, line, nested error. */
function unreadable(message: string): string {
  const line = /line: (\d+)/.exec(message)?.[1]
  const cause = /nested error: (.*)$/s.exec(message)?.[1] ?? message
  const where = line ? `流程文件第 ${Number(line) + 1} 行` : '流程文件'
  const subject = /<([^>]{0,80})>/.exec(cause)?.[1] ?? ''
  if (cause.startsWith('unrecognized element') || cause.startsWith('unknown type'))
    return `${where}有不认识的元素 <${subject}>，不能忽略。请删去，或移到 extensionElements 里。`
  if (cause.startsWith('duplicate ID')) return `${where}的 id “${subject}”与别的元素重复。请改成不同的 id。`
  if (cause.startsWith('illegal ID'))
    return `${where}的 id “${subject}”不合规。id 请只用英文字母、数字、下划线、点和短横线。`
  if (cause.startsWith('unexpected body text')) return `${where}的元素里有不该有的文字。请删去。`
  return `${where}读不懂：${cause.slice(0, 120)}。请用设计器重新导出。`
}

/** Extensions of others are kept for them and never run: one line for each of their namespaces. */
export function noteForeign(root: Element, elements: Iterable<Element>, notes: Notes): void {
  const prefixes = new Set<string>()
  const add = (name: string) => {
    const [prefix, local] = name.split(':')
    if (prefix && local && !['xmlns', 'xsi', 'xml', 'qt', 'bpmn'].includes(prefix)) prefixes.add(prefix)
  }
  for (const element of elements) {
    for (const name of Object.keys(element.$attrs ?? {})) add(name)
    for (const value of many(one(element, 'extensionElements'), 'values')) add(value.$type)
  }
  for (const prefix of prefixes) {
    const uri = root.$attrs[`xmlns:${prefix}`]
    if (uri !== QT)
      notes.warn(
        'foreign-extension',
        undefined,
        () => `扩展 ${prefix}${uri ? `（${uri}）` : ''}不是本系统的，原样保留，但不参与运行。`,
      )
  }
}
