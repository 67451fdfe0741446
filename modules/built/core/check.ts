import { checkForm, evaluate } from '#platform/forms'
import type { Problem } from '#platform/forms/contract'
import { AppDefinition, type Entity, MOST_OF_APP, type Scenario } from '../contract/definition.ts'
import { entityOf, fieldsOf, formOf, isComparable, isFiltered, isOrdered } from './derive.ts'
import { readWhere } from './where.ts'

export type CheckedApp = { definition: AppDefinition; faults: [] } | { faults: [Problem, ...Problem[]] }
const MOST_TOLD = 100

/** Checks a definition that comes from anywhere: every fault at once, each with its place in the document. Costs what its size allows, never more. */
export const checkApp = (given: unknown): CheckedApp => {
  const size = sizeOf(given)
  if (size === null || size > MOST_OF_APP.definition)
    return { faults: [{ path: '', message: '应用定义太大或无法读取，最多 2 MB。' }] }
  const parsed = AppDefinition.safeParse(given)
  if (!parsed.success) return told(parsed.error.issues.map(shapeFault))
  const definition = parsed.data
  const forms = definition.entities.flatMap((entity, at) =>
    checkForm(formOf(definition, entity)).faults.map(({ path, message }) => ({
      path: `entities.${at}${path && `.${path}`}`,
      message: `「${entity.name}」${message}`,
    })),
  )
  const names = namesFaults(definition)
  // Rules over fields that are doubtful themselves would tell of faults that are none.
  if (forms.length + names.length > 0) return told([...names, ...forms])
  const faults = [
    ...definition.entities.flatMap((entity, at) => entityFaults(definition, entity, `entities.${at}`)),
    ...rollupCycles(definition),
    ...processFaults(definition),
  ]
  if (faults.length > 0) return told(faults)
  const failed = [
    ...(definition.records ?? []).flatMap(({ entity, data }, at) =>
      tried(definition, { name: `初始记录 ${at + 1}`, entity, given: data }, `records.${at}`),
    ),
    ...(definition.scenarios ?? []).flatMap((scenario, at) => tried(definition, scenario, `scenarios.${at}`)),
  ]
  return failed.length > 0 ? told(failed) : { definition, faults: [] }
}
const told = (faults: Problem[]): CheckedApp => ({ faults: faults.slice(0, MOST_TOLD) as [Problem, ...Problem[]] })
const sizeOf = (given: unknown): number | null => {
  try {
    return JSON.stringify(given)?.length ?? null
  } catch {
    return null
  }
}

interface Issue {
  code: string
  path: readonly PropertyKey[]
  message: string
  keys?: readonly string[]
}
const shapeFault = ({ code, path, message, keys }: Issue): Problem => {
  const where = path.map(String).join('.').slice(0, 200)
  if (code === 'unrecognized_keys') {
    const unknown = (keys ?? []).slice(0, 5).join('、').slice(0, 200)
    return { path: where, message: `${where || '定义'}里有不认识的内容：${unknown}。` }
  }
  return { path: where, message: /[\u4e00-\u9fff]/.test(message) ? message : `${where || '定义'}填写有误。` }
}

const twice = (keys: readonly string[]): string | undefined => keys.find((key, at) => keys.indexOf(key) !== at)
const namesFaults = ({ key, entities, processes = [] }: AppDefinition): Problem[] => {
  const faults: Problem[] = []
  for (const one of [key, ...entities.map((entity) => entity.key)])
    if (one.includes('--') || one.endsWith('-') || one === 'design')
      faults.push({ path: 'key', message: `编号“${one}”不能用：连字符要单个，且不在末尾，也不能叫 design。` })
  const entity = twice(entities.map((one) => one.key))
  if (entity) faults.push({ path: 'entities', message: `对象编号“${entity}”用了两次。` })
  const process = twice(processes.map((one) => one.key))
  if (process) faults.push({ path: 'processes', message: `流程编号“${process}”用了两次。` })
  for (const [at, one] of processes.entries())
    if (!one.key.startsWith(`${key}-`))
      faults.push({ path: `processes.${at}.key`, message: `流程编号“${one.key}”要以“${key}-”开头。` })
  return faults
}

const entityFaults = (app: AppDefinition, entity: Entity, at: string): Problem[] => {
  const fields = new Map(fieldsOf(entity).map((field) => [field.key, field]))
  const faults: Problem[] = []
  const say = (path: string, message: string) =>
    faults.push({ path: `${at}.${path}`, message: `「${entity.name}」${message}` })
  const label = fields.get(entity.label)
  if (!label || !isFiltered(label)) say('label', `没有可以用来称呼记录的字段“${entity.label}”。`)
  for (const field of fieldsOf(entity).flatMap((one) => (one.type === 'table' ? [one, ...one.columns] : [one]))) {
    if (field.type !== 'relation') continue
    const target = entityOf(app, field.entity)
    if (!target) say(`fields.${field.key}`, `的「${field.title}」关联的对象“${field.entity}”不存在。`)
    for (const { key, type } of field.carries ?? [])
      if (target && fieldsOf(target).find((one) => one.key === key)?.type !== type)
        say(`fields.${field.key}`, `的「${field.title}」带出的“${key}”在「${target.name}」里不存在，或类型不同。`)
    if (field.rules?.required === 'true' && field.entity === entity.key)
      say(`fields.${field.key}`, `的「${field.title}」关联自己又必填，第一条记录就填不出来。`)
  }
  permissionFaults(entity, say)
  apartFaults(entity, say)
  for (const [no, view] of (entity.views ?? []).entries()) {
    for (const key of view.columns)
      if (!fields.has(key) && !isOwn(key)) say(`views.${no}`, `的视图「${view.name}」没有“${key}”这一列。`)
    for (const key of view.filters ?? []) {
      const field = fields.get(key)
      if (!field || !isFiltered(field)) say(`views.${no}`, `的视图「${view.name}」不能按“${key}”筛选。`)
    }
    const sorted = view.sort?.replace(/^-/, '')
    const field = sorted === undefined ? undefined : fields.get(sorted)
    if (sorted !== undefined && !isOwn(sorted) && !(field && (isOrdered(field) || field.type === 'period')))
      say(`views.${no}`, `的视图「${view.name}」不能按“${sorted}”排序。`)
    for (const one of view.where ?? []) {
      const read = readWhere(one, (key) => fields.get(key), '2026-01-01')
      if ('fault' in read) say(`views.${no}`, `的视图「${view.name}」的条件“${one.slice(0, 40)}”有误：${read.fault}`)
    }
  }
  for (const [no, keys] of (entity.unique ?? []).entries())
    for (const key of keys) {
      const field = fields.get(key)
      if (!field || !isComparable(field)) say(`unique.${no}`, `不能要求“${key}”不重复。`)
    }
  return faults
}
const apartFaults = (entity: Entity, say: (path: string, message: string) => void): void => {
  const fields = new Map(fieldsOf(entity).map((field) => [field.key, field]))
  for (const [no, { period, same }] of (entity.apart ?? []).entries()) {
    if (fields.get(period)?.type !== 'period') say(`apart.${no}`, `的“${period}”不是起止时间字段，不能要求不重叠。`)
    for (const key of same) {
      const field = fields.get(key)
      if (key !== '@author' && !(field && isComparable(field))) say(`apart.${no}`, `不能按“${key}”要求不重叠。`)
    }
  }
}
/** What every record has of its own. */
const isOwn = (key: string): boolean => ['@state', '@created', '@updated', '@author', '@unit'].includes(key)

const permissionFaults = (entity: Entity, say: (path: string, message: string) => void): void => {
  const fields = new Map(fieldsOf(entity).map((field) => [field.key, field]))
  for (const [no, { to, fields: own = {}, rest, rows, may }] of entity.permissions.entries()) {
    if (typeof to === 'object' && fields.get(to.field)?.type !== 'person')
      say(`permissions.${no}`, `的第 ${no + 1} 条权限：“${to.field}”不是人员字段。`)
    for (const path of Object.keys(own)) {
      const [key = '', column] = path.split('.')
      const field = fields.get(key)
      if (
        !field ||
        (column !== undefined && (field.type !== 'table' || !field.columns.some((one) => one.key === column)))
      )
        say(`permissions.${no}`, `的第 ${no + 1} 条权限：没有“${path}”这个字段。`)
    }
    // Whoever begins a case reads its form in the case, where the process says what is hidden.
    const hides = rest === 'hide' || Object.values(own).includes('hide')
    if (entity.process && hides && (rows === 'own' || may.includes('create')))
      say(`permissions.${no}`, `走流程，办件会给发起人看全部字段，所以第 ${no + 1} 条权限不能对发起人隐藏字段。`)
  }
}

const processFaults = ({ entities, processes = [] }: AppDefinition): Problem[] =>
  entities.flatMap(({ process, name }, at) =>
    process && !processes.some(({ key }) => key === process)
      ? [{ path: `entities.${at}.process`, message: `「${name}」要走的流程“${process}”不在定义里。` }]
      : [],
  )

const rollupCycles = (app: AppDefinition): Problem[] => {
  const faults: Problem[] = []
  for (const [at, entity] of app.entities.entries())
    for (const { field, from, through, sum } of entity.rollups ?? []) {
      const say = (message: string) =>
        faults.push({ path: `entities.${at}.rollups`, message: `「${entity.name}」的汇总“${field}”${message}` })
      const own = fieldsOf(entity).find(({ key }) => key === field)
      const source = entityOf(app, from)
      const link = source && fieldsOf(source).find(({ key }) => key === through)
      const added = source && fieldsOf(source).find(({ key }) => key === sum)
      if ((own?.type !== 'number' && own?.type !== 'money') || own.rules?.formula !== undefined)
        say('要写进一个没有公式的数字字段。')
      if (link?.type !== 'relation' || link.entity !== entity.key || link.multiple)
        say(`：“${from}”里没有指向本对象的单个关联“${through}”。`)
      if (sum !== undefined && added?.type !== 'number' && added?.type !== 'money') say(`：“${sum}”不是数字字段。`)
      // Counting one changes the other, and that the first again.
      const seen = new Set([entity.key])
      for (let next = [from]; next.length > 0; ) {
        const key = next.pop()!
        if (seen.has(key)) {
          say('绕了一圈又汇总到自己，算不完。')
          break
        }
        seen.add(key)
        next = [...next, ...(entityOf(app, key)?.rollups ?? []).map((one) => one.from)]
      }
    }
  return faults
}

const SOMEBODY = { personId: '00000000-0000-7000-8000-000000000000', name: '张三', unitName: '办公室' }
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
const shown = (value: unknown): string => (JSON.stringify(value ?? null) ?? '').slice(0, 60)

/** What the rules come to, against what the scenario says they should. */
const tried = (app: AppDefinition, scenario: Scenario, path: string): Problem[] => {
  const entity = entityOf(app, scenario.entity)
  const say = (message: string): Problem => ({ path, message: `场景「${scenario.name}」：${message}` })
  if (!entity) return [say(`没有对象“${scenario.entity}”。`)]
  const form = checkForm(formOf(app, entity))
  if (!('definition' in form)) return []
  const now = new Date(`${scenario.today ?? '2026-01-05'}T09:00:00+08:00`)
  const { values, problems } = evaluate(
    form.definition,
    scenario.given,
    { rest: 'write', fields: {} },
    { now, person: SOMEBODY },
  )
  const wrong = new Set(problems.map((one) => one.path))
  const wanted = new Set(scenario.problems ?? [])
  return [
    ...Object.entries(scenario.expect ?? {})
      .filter(([key, value]) => !same(values[key], value))
      .map(([key, value]) => say(`“${key}”应为 ${shown(value)}，算出来是 ${shown(values[key])}。`)),
    ...problems
      .filter((one) => !wanted.has(one.path))
      .map((one) => say(`没有料到“${one.path}”不能通过：${one.message}`)),
    ...[...wanted].filter((key) => !wrong.has(key)).map((key) => say(`“${key}”应当不能通过，却通过了。`)),
  ]
}
