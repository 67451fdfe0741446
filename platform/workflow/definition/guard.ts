import { SaxesParser } from 'saxes'
import type { Problem } from './problems.ts'
import { QT } from './qt.ts'

const MOST_CHARACTERS = 2_000_000
const DEEPEST = 64
const MOST_ELEMENTS = 40_000
const MOST_ATTRIBUTES = 64
const OURS = ['http://www.omg.org/spec/BPMN/20100524/MODEL', QT]

/** Of two of these the model would keep only the last. */
const ONCE = [
  ...['extensionElements', 'conditionExpression', 'multiInstanceLoopCharacteristics', 'standardLoopCharacteristics'],
  ...['loopCardinality', 'completionCondition', 'timeDate', 'timeDuration', 'timeCycle', 'ioSpecification'],
  ...['sendBack', 'limit', 'collect'],
]

/**
 * Looks at XML of strangers before anything builds objects of it. Document type declarations, and so entities, processing
 * instructions, files that are too long, too deep or of too many elements, and all that is not well-formed are refused.
 */
export function guard(xml: string): Problem | undefined {
  if (xml.length > MOST_CHARACTERS || Buffer.byteLength(xml) > MOST_CHARACTERS)
    return refused('too-large', '流程文件超过 2 MB。请去掉内嵌的图片等内容，或把流程拆成几个。')
  if (!xml.isWellFormed())
    return refused('bad-characters', '流程文件含有无效字符。请用设计器重新导出为 UTF-8 编码的文件。')
  try {
    scan(xml)
    return undefined
  } catch (error) {
    if (error instanceof Hostile) return error.problem
    return refused('not-xml', `流程文件不是有效的 XML：${(error as Error).message}。请用设计器重新导出。`)
  }
}

class Hostile extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.code)
    this.problem = problem
  }
}

function scan(xml: string): void {
  const parser = new SaxesParser({ xmlns: true, position: true })
  const stop = (code: string, message: string): never => {
    throw new Hostile(refused(code, message))
  }
  /** for each open element, which of the children that may stand once it has */
  const open: Set<string>[] = []
  let elements = 0
  parser.on('error', (error) => {
    throw error
  })
  parser.on('doctype', () =>
    stop('forbidden-dtd', '流程文件含有文档类型声明（DTD）或实体，已拒绝。请删去 <!DOCTYPE …> 再导入。'),
  )
  parser.on('processinginstruction', ({ target }) =>
    stop('forbidden-instruction', `流程文件含有处理指令 <?${target.slice(0, 40)} …?>，已拒绝。请删去再导入。`),
  )
  parser.on('opentag', ({ local, uri, attributes }) => {
    if (++elements > MOST_ELEMENTS)
      stop('too-many-elements', `流程文件的 XML 元素超过 ${MOST_ELEMENTS} 个。请把流程拆成几个。`)
    if (Object.keys(attributes).length > MOST_ATTRIBUTES)
      stop('too-many-attributes', `流程文件第 ${parser.line} 行的一个元素有超过 ${MOST_ATTRIBUTES} 个属性，已拒绝。`)
    const siblings = open.at(-1)
    if (siblings?.has(local) && OURS.includes(uri))
      stop('twice', `流程文件第 ${parser.line} 行的 ${local} 在同一个元素里写了两次。请只留一个。`)
    if (OURS.includes(uri) && ONCE.includes(local)) siblings?.add(local)
    if (open.push(new Set()) > DEEPEST) stop('too-deep', `流程文件嵌套超过 ${DEEPEST} 层，已拒绝。请减少子流程的层数。`)
  })
  parser.on('closetag', () => {
    open.pop()
  })
  parser.write(xml).close()
}

function refused(code: string, message: string): Problem {
  return { code, element: '', name: '', message }
}
