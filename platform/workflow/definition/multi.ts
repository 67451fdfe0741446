import type { Multi } from '../contract/graph.ts'
import { COUNTERS, readMappings } from './expressions.ts'
import { expression, extensions, one, text } from './model.ts'
import type { Reading } from './reading.ts'

const MOST_RUNS = 500

/** Several runs of an activity; the name of the element is seen by the activity and by all that lies in it. */
export function readMulti(at: Reading): Multi | undefined {
  const loop = one(at.element, 'loopCharacteristics')
  if (!loop) return undefined
  const unsupported = (what: string) =>
    at.notes.refuse(
      'unsupported',
      at.element,
      (called) => `${called}用了${what}，暂不支持。请改用多实例，或用网关回连。`,
    )
  if (loop.$type !== 'bpmn:MultiInstanceLoopCharacteristics') {
    unsupported('标准循环')
    return undefined
  }
  if ((text(loop, 'behavior') ?? 'All') !== 'All') unsupported('多实例的事件行为（behavior）')
  if (one(loop, 'loopDataInputRef') || one(loop, 'loopDataOutputRef') || one(loop, 'inputDataItem'))
    unsupported('多实例的数据项（loopDataInputRef 等）')
  const [extension] = extensions(loop, 'qt:Multi')
  const element = text(extension, 'element') || undefined
  const locals = element ? [...at.locals, element] : at.locals
  const multi: Multi = { sequential: loop.get('isSequential') === true }
  const cardinality = expression(one(loop, 'loopCardinality'))
  const collection = text(extension, 'collection')
  const until = expression(one(loop, 'completionCondition'))
  if (cardinality) multi.cardinality = at.expressions.add(at.element, '多实例的次数', cardinality, 'number', at.locals)
  if (collection) multi.collection = at.expressions.add(at.element, '多实例的列表', collection, 'list', at.locals)
  if (element) multi.element = element
  if (until)
    multi.until = at.expressions.add(at.element, '多实例的结束条件', until, 'condition', [...locals, ...COUNTERS])
  const collect = one(extension, 'collect')
  if (collect) {
    const [mapping] = readMappings({ ...at, locals }, [collect], '多实例的汇总', 'variables')
    if (mapping) multi.collect = mapping
  }
  check(at, multi)
  return multi
}

function check(at: Reading, { cardinality, collection, element }: Multi): void {
  const refuse = (code: string, what: string) => at.notes.refuse(code, at.element, (called) => `${called}${what}`)
  if (!cardinality === !collection)
    refuse('multi', '是多实例，次数（loopCardinality）和列表（qt:multi collection）要写且只写一个。请改正。')
  if (collection && !element) refuse('multi', '按列表多次办理，但没有写每次的元素叫什么（qt:multi element）。请补上。')
  if (element && element in Object.prototype) refuse('multi', `的元素不能叫“${element}”，这是保留的名称。请改名。`)
  if (cardinality && /^-?[\d.]+$/.test(cardinality)) {
    const times = Number(cardinality)
    if (!Number.isInteger(times) || times < 1 || times > MOST_RUNS)
      refuse('multi', `的次数“${cardinality}”应当是 1 与 ${MOST_RUNS} 之间的整数。请改正。`)
  }
}
