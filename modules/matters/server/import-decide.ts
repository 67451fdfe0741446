import type { CellFault, Line } from '#platform/transfer'
import {
  type Basis,
  Elements,
  type ImportKind,
  judge,
  type Layer,
  type Limit,
  LocalElements,
  levelWords,
  type MatterKind,
} from '../contract.ts'
import type { ImportUnit, World } from './import-world.ts'

/** A matter as the catalogue has it already. */
export interface Known {
  id: string
  unitId: string
  name: string
  code: string | null
  basicId: string
  functionId: string | null
  state: string
  lastNo: number
  elements: unknown
  openId: string | null
  openState: string | null
  openElements: unknown
}

/** What a row comes to: what to write, or nothing since it says what is there. */
export interface Plan {
  line: Line
  layer: Layer
  kind: MatterKind
  type: string
  name: string
  unit: ImportUnit
  functionId: string | null
  basicId: string | null
  known: Known | undefined
  elements: Elements | LocalElements
  completeness: number
  /** complete enough to go for approval at once */
  sound: boolean
  same: boolean
}
export type Outcome = { line: Line; faults: CellFault[] } | Plan

/** Where a row belongs, before what is there already was read. */
export interface Target {
  line: Line
  unit: ImportUnit
  functionId: string | null
  /** implementing: the basic matter */
  basicId: string | null
}

const unitOf = (line: Line, world: World): ImportUnit | CellFault => {
  const named = line.values.unit as string | undefined
  const unit = named === undefined ? world.home : world.unit(named)
  if (unit) return unit
  return line.blame(
    'unit',
    unit === null
      ? '有几个单位叫这个名字，请写全称或统一社会信用代码。'
      : '您的管理范围里没有这个单位，请写全称或统一社会信用代码。',
  )
}

/** Unit, function and basic matter of a row, or what is wrong with them. */
export const targetOf = (kind: ImportKind, line: Line, world: World): Target | CellFault[] => {
  if (line.faults.length > 0) return line.faults
  const unit = unitOf(line, world)
  if ('message' in unit) return [unit]
  const words = line.values.function as string | undefined
  const functionId = world.functionOf(unit.id, words)
  if (functionId === undefined) return [line.blame('function', '这个单位没有这条三定职责，请照组织目录填写。')]
  if (kind === 'basic')
    return unit.level > 2
      ? [line.blame('unit', '基本目录由省、市两级编制；县乡单位请用“实施清单”导入。')]
      : { line, unit, functionId, basicId: null }
  const basic = world.basic(line.values.code as string)
  if (!basic) return [line.blame('code', '基本目录里没有这个编码，或还没有发布。')]
  if (!basic.levels.includes(unit.level))
    return [line.blame('unit', `“${basic.name}”不由${levelWords[unit.level]}行使。`)]
  return { line, unit, functionId, basicId: basic.id }
}

const keyed = <T extends { key: string; name: string }>(names: readonly string[], old: readonly T[], prefix: string) =>
  names.map(
    (name, at) => old.find((one) => one.name === name) ?? { key: `${prefix}${Date.now().toString(36)}${at}`, name },
  )

const basicElements = ({ values }: Line, before: Elements): Elements => {
  const given = <T>(field: string): T | undefined => values[field] as T | undefined
  const phone = (field: string, old: { phone: string; address: string }) => ({
    ...old,
    phone: given<string>(field) ?? old.phone,
  })
  const list = <T extends { key: string; name: string }>(field: string, old: readonly T[], prefix: string) => {
    const names = given<string[]>(field)
    return names ? keyed(names, old, prefix) : old
  }
  const results = given<string[]>('results')
  return Elements.parse({
    ...before,
    levels: given<number[]>('levels') ?? before.levels,
    basis: given<Basis[]>('basis') ?? before.basis,
    serves: given('serves') ?? before.serves,
    conditions: given<string[]>('conditions') ?? before.conditions,
    materials: list('materials', before.materials, 'm'),
    steps: list('steps', before.steps, 's'),
    statutory: given<Limit>('statutory') ?? before.statutory,
    promised: given<Limit>('promised') ?? before.promised,
    visits: given<number>('visits') ?? before.visits,
    visitReason: given<string>('visitReason') ?? before.visitReason,
    results: results
      ? results.map((name) => before.results.find((one) => one.name === name) ?? { name })
      : before.results,
    consultation: phone('consultation', before.consultation),
    supervision: phone('supervision', before.supervision),
    life: given('life') ?? before.life,
    scenes: given('scenes') ?? before.scenes,
    keywords: given<string>('keywords') ?? before.keywords,
  })
}
const localElements = ({ values }: Line, before: LocalElements): LocalElements => {
  const { address, hours, phone, supervisionPhone, promised, conditions } = values
  const said = Object.entries({ address, hours, phone, supervisionPhone, promised, conditions }).filter(
    ([, value]) => value !== undefined,
  )
  return LocalElements.parse({ ...before, ...Object.fromEntries(said) })
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )

const refuseOpen = (line: Line, known: Known | undefined): CellFault[] => {
  if (known?.state === 'repealed') return [line.blame('code', '这一项已经废止。')]
  return known?.openState === 'review' || known?.openState === 'approved'
    ? [line.blame('code', '这一项有一版在审核中，办完后再导入。')]
    : []
}

const decideBasic = ({ line, unit, functionId }: Target, known: Known | undefined, world: World): Outcome => {
  const { values } = line
  const type = world.type(values.type as string)
  if (!type) return { line, faults: [line.blame('type', '没有这种事项类型，请照编码表填写。')] }
  if (type.kind !== values.kind) return { line, faults: [line.blame('type', '事项类型与种类不合。')] }
  if (values.code !== undefined && !known)
    return { line, faults: [line.blame('code', '您的管理范围里没有这个编码；新增的行留空。')] }
  const before = Elements.parse(known?.openElements ?? known?.elements ?? {})
  const elements = basicElements(line, before)
  const kind = values.kind as MatterKind
  const owner = functionId ?? known?.functionId ?? null
  const judged = judge({
    kind,
    layer: 'basic',
    functionId: owner,
    elements,
    local: null,
    held: world.held(elements.materials),
  })
  const name = values.name as string
  return {
    line,
    layer: 'basic',
    kind,
    type: type.code,
    name,
    unit,
    functionId: owner,
    basicId: null,
    known,
    elements,
    completeness: judged.completeness,
    sound: judged.gaps.every(({ blocks }) => !blocks),
    same: known !== undefined && known.name === name && canonical(before) === canonical(elements),
  }
}

const decideImplementing = ({ line, unit, functionId }: Target, known: Known | undefined, world: World): Outcome => {
  const basic = world.basic(line.values.code as string)!
  const before = LocalElements.parse(known?.openElements ?? known?.elements ?? {})
  const local = localElements(line, before)
  const most = basic.elements.promised
  if (most && local.promised?.unit === most.unit && local.promised.days > most.days)
    return { line, faults: [line.blame('promised', `不能长于基本目录的 ${most.days} 天。`)] }
  const owner = functionId ?? known?.functionId ?? null
  const judged = judge({
    kind: basic.kind,
    layer: 'implementing',
    functionId: owner,
    elements: basic.elements,
    local,
    held: [],
  })
  return {
    line,
    layer: 'implementing',
    kind: basic.kind,
    type: basic.type,
    name: basic.name,
    unit,
    functionId: owner,
    basicId: basic.id,
    known,
    elements: local,
    completeness: judged.completeness,
    sound: judged.gaps.every(({ blocks }) => !blocks),
    same: known !== undefined && canonical(before) === canonical(local),
  }
}

export const decide = (kind: ImportKind, target: Target, known: Known | undefined, world: World): Outcome => {
  const open = refuseOpen(target.line, known)
  if (open.length > 0) return { line: target.line, faults: open }
  return kind === 'basic' ? decideBasic(target, known, world) : decideImplementing(target, known, world)
}
