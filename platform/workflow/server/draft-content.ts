import { AppError } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import { BlockProcessShape } from '../contract/block-shapes.ts'
import type { BlockProcess } from '../contract/blocks.ts'
import type { Content, Fault } from '../contract/designing.ts'
import type { Graph } from '../contract/graph.ts'
import {
  blocksToXml,
  findProcess,
  guard,
  parseModel,
  readDefinition,
  writeDefinition,
  xmlToBlocks,
} from '../definition/index.ts'

import { checkExpression, missingIn } from './publish.ts'

/** What a draft is made of, and what is wrong with it as a process. */

/** What goes in is what the shape of a block names; a file that only harms is refused before anything is made of it. */
export const cleaned = (content: Content): Content => {
  if (content.kind === 'blocks') return { kind: 'blocks', process: BlockProcessShape.parse(content.process) }
  const hostile = guard(content.xml)
  if (hostile) throw new AppError(400, 'bad-definition', hostile.message)
  return content
}

export const xmlOf = (content: Content): Promise<string> =>
  content.kind === 'blocks' ? blocksToXml(content.process) : Promise.resolve(content.xml)

export const nameOf = async (content: Content): Promise<{ key: string; name: string } | undefined> => {
  if (content.kind === 'blocks') return { key: content.process.key, name: content.process.name }
  const model = await parseModel(content.xml).catch(() => undefined)
  const process = model && findProcess(model.root)
  return process?.id ? { key: process.id, name: process.name || process.id } : undefined
}

interface Checking {
  graph: Graph | null
  problems: Fault[]
  warnings: Fault[]
}

/** The definition's own check, then what it names outside itself. */
export const checkContent = async (ctx: Pick<Ctx, 'sql'>, content: Content, unitId: string): Promise<Checking> => {
  const reading = await readDefinition(await xmlOf(content), { checkExpression })
  if ('problems' in reading) return { graph: null, ...reading }
  const { graph, warnings } = reading
  const missing = await missingIn(ctx, graph, unitId)
  const problems = missing.map(({ path, message }) => ({
    code: 'missing',
    element: path,
    name: graph.nodes[path]?.name ?? '',
    message,
  }))
  return { graph, problems, warnings: [...warnings, ...remindersOf(graph), ...(await goneIn(ctx, graph))] }
}

/** The graph of a draft without faults. */
export const checkedGraph = async (
  ctx: Pick<Ctx, 'sql'>,
  { content, ownerUnit }: { content: Content; ownerUnit: string },
): Promise<Graph> => {
  const { graph, problems } = await checkContent(ctx, content, ownerUnit)
  if (graph && problems.length === 0) return graph
  const errors = problems.slice(0, 100).map(({ element, message }) => ({ path: element || 'xml', message }))
  throw new AppError(400, 'bad-definition', problems[0]?.message ?? '流程有误。', { errors })
}

/** What may well be meant, but is often forgotten. */
const remindersOf = (graph: Graph): Fault[] =>
  Object.values(graph.nodes).flatMap(({ id, name, user }) => {
    const say = (code: string, message: string): Fault => ({ code, element: id, name, message })
    if (!user) return []
    return [
      ...(user.limit && user.limit.overdue.length === 0
        ? [say('no-overdue', `“${name}”设了时限，没有设超期以后怎么办，超期只会亮红灯。`)]
        : []),
      ...(name ? [] : [say('no-name', '有一个办理环节没有名称，办理的人不知道要做什么。')]),
    ]
  })

/** People and units that the rules name and that are no longer there. */
const goneIn = async ({ sql }: Pick<Ctx, 'sql'>, graph: Graph): Promise<Fault[]> => {
  const named = Object.values(graph.nodes).flatMap(({ id, name, user, copy }) =>
    [...(user?.handlers ?? []), ...(copy?.handlers ?? [])].flatMap((rule) => {
      if (rule.by === 'person') return rule.persons.map((one) => ({ id, name, one, what: '人员' }))
      return 'unit' in rule && typeof rule.unit === 'object' && 'id' in rule.unit
        ? [{ id, name, one: rule.unit.id, what: '单位' }]
        : []
    }),
  )
  if (named.length === 0) return []
  const ids = named.map(({ one }) => one).filter((one) => UUID.test(one))
  const rows = await sql<{ id: string }>(
    `select id from directory.person where id = any($1::uuid[]) and status = 'active'
     union all select id from directory.unit where id = any($1::uuid[]) and valid_to is null`,
    [ids],
  )
  const there = new Set(rows.map(({ id }) => id))
  return named
    .filter(({ one }) => !there.has(one))
    .map(({ id, name, what }) => ({
      code: 'gone',
      element: id,
      name,
      message: `“${name}”里选的${what}已经不在了，请换一个。`,
    }))
}
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Branches in branches deeper than this cannot be sent, and nobody reads them. */
const DEEPEST = 5
const depthOf = (process: BlockProcess): number => {
  const of = (blocks: BlockProcess['blocks']): number =>
    Math.max(
      0,
      ...blocks.map((block) =>
        'branches' in block ? 1 + Math.max(0, ...block.branches.map((branch) => of(branch.blocks))) : 0,
      ),
    )
  return of(process.blocks)
}

/** As the simple designer shows it, or why it cannot. */
export const blocksOf = async (content: Content): Promise<{ blocks: BlockProcess | null; reasons: string[] }> => {
  if (content.kind === 'blocks') return { blocks: content.process, reasons: [] }
  const found = await xmlToBlocks(content.xml, { checkExpression })
  if ('reasons' in found) return { blocks: null, reasons: found.reasons }
  if (depthOf(found.blocks) > DEEPEST)
    return { blocks: null, reasons: [`分支套了超过 ${DEEPEST} 层，简易设计器画不下。`] }
  return { blocks: found.blocks, reasons: [] }
}

/** The same process under another number and name, as blocks where that loses nothing. */
export const renamed = async (xml: string, to: { key: string; name?: string }): Promise<Content> => {
  const { root } = await parseModel(xml)
  const process = findProcess(root)
  if (!process) throw new AppError(400, 'bad-definition', '文件里没有可执行的流程。')
  const before = process.id
  process.id = to.key
  if (to.name) process.name = to.name
  // a process that calls itself goes on calling itself
  for (const element of (process.get('flowElements') as {
    get(name: string): unknown
    set(name: string, value: unknown): void
  }[]) ?? [])
    if (before && element.get('calledElement') === before) element.set('calledElement', to.key)
  return simplest({ kind: 'bpmn', xml: await writeDefinition({ root }) })
}
export const simplest = async (content: Content): Promise<Content> => {
  const { blocks } = await blocksOf(content)
  return blocks ? { kind: 'blocks', process: blocks } : content
}
