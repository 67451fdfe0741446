import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError, conflict, invalid, notFound } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Handlers } from '#kernel/module'
import type { Content, designingApi } from '../contract/designing.ts'
import { compareGraphs, diagramOf } from '../definition/index.ts'
import { askedOf } from './asked.ts'
import { definitionById, REACH } from './definitions.ts'
import { blocksOf, checkContent, checkedGraph, cleaned, nameOf, renamed, simplest, xmlOf } from './draft-content.ts'
import { EXAMPLES, examples } from './examples.ts'
import { publishGraph } from './publish.ts'

export interface DraftRow {
  id: string
  key: string
  name: string
  ownerUnit: string
  unitName: string
  content: Content
  revision: number
  editedBy: string
  editorName: string
  editedAt: Date
}

/** A draft of the units one designs for; for whoever else it is not there. */
export const takeDraft = async (ctx: Ctx, id: string, { lock }: { lock: boolean }): Promise<DraftRow> => {
  const scope = ctx.scopeText('f.owner_unit', 2, 'workflow:design')
  const [row] = await ctx.sql<DraftRow>(
    `select f.id, f.key, f.name, f.owner_unit as "ownerUnit", u.short_name as "unitName", f.content, f.revision,
       f.edited_by as "editedBy", coalesce(p.name, '已离开的人员') as "editorName", f.edited_at as "editedAt"
     from workflow.draft f join directory.unit u on u.id = f.owner_unit left join directory.person p on p.id = f.edited_by
     where f.id = $1 and ${scope.text}${lock ? ' for update of f' : ''}`,
    [id, ...scope.params],
  )
  if (!row) throw notFound('这份流程草稿')
  return row
}

/** Whoever saw an older state does not write over the newer one. */
const checkRevision = (draft: DraftRow, revision: number): void => {
  if (draft.revision === revision) return
  throw new AppError(409, 'draft-changed', `${draft.editorName}已经改过这份草稿。请先载入最新的内容，再接着改。`, {
    extra: { revision: draft.revision, by: draft.editorName, at: draft.editedAt.toISOString() },
  })
}

const checkUnit = async (ctx: Ctx, unitId: string): Promise<void> => {
  const scope = ctx.scopeText('u.id', 2)
  const [unit] = await ctx.sql(
    `select 1 from directory.unit u where u.id = $1 and u.valid_to is null and ${scope.text}`,
    [unitId, ...scope.params],
  )
  if (!unit) throw notFound('这个单位')
}

interface Source {
  key: string
  xml: string
  ownerUnit: string
}
/** A published version that reaches the caller's unit, or belongs to a unit they design for. */
const sourceOf = async (ctx: Ctx, id: string): Promise<Source> => {
  const scope = ctx.scopeText('d.owner_unit', 3)
  const [row] = await ctx.sql<Source>(
    `${REACH} select d.key, d.xml, d.owner_unit as "ownerUnit" from workflow.definition d
     where d.id = $2 and (d.owner_unit in (select id from above) or ${scope.text})`,
    [ctx.actor.unitId || null, id, ...scope.params],
  )
  if (!row) throw notFound('这个流程')
  return row
}

const freshKey = (): string => `p${newId().replaceAll('-', '').slice(-12)}`

const contentFrom = async (
  ctx: Ctx,
  from: Parameters<Handlers<typeof designingApi>['createDraft']>[1]['from'],
): Promise<Content> => {
  switch (from.kind) {
    case 'blank':
      return blank(freshKey(), from.name)
    case 'example': {
      const example = examples.find(({ key }) => key === from.example)
      if (!example) throw notFound('这个样例')
      const xml = await readFile(path.join(EXAMPLES, `${example.key}.bpmn`), 'utf8')
      return renamed(xml, { key: freshKey(), name: from.name })
    }
    case 'copy':
      return renamed((await sourceOf(ctx, from.definitionId)).xml, { key: freshKey(), name: from.name })
    case 'next': {
      const { xml } = await sourceOf(ctx, from.definitionId)
      return simplest({ kind: 'bpmn', xml })
    }
    case 'file':
      return simplest(cleaned({ kind: 'bpmn', xml: from.xml }))
  }
}
const blank = (key: string, name: string): Content => ({
  kind: 'blocks',
  process: {
    format: 1,
    key,
    name,
    fields: [],
    start: { id: 'start', name: '开始' },
    blocks: [{ id: 'end', name: '办结', type: 'stop' }],
  },
})

const create: Handlers<typeof designingApi>['createDraft'] = async (ctx, { unitId, from }) => {
  const next = from.kind === 'next' ? await sourceOf(ctx, from.definitionId) : undefined
  const owner = next?.ownerUnit ?? unitId
  await checkUnit(ctx, owner)
  let content = await contentFrom(ctx, from)
  const read = await nameOf(content)
  if (!read || !/^[A-Za-z_][\w.-]{0,99}$/.test(read.key)) throw invalid('文件里没有可执行的流程，不能导入。')
  // a file with a number that another unit has becomes a process of its own
  const taken = await ctx.sql('select 1 from workflow.definition where key = $1 and owner_unit <> $2 limit 1', [
    read.key,
    owner,
  ])
  if (taken.length > 0) content = await renamed(await xmlOf(content), { key: freshKey() })
  const { key, name } = (await nameOf(content)) ?? read
  const id = newId()
  const [made] = await ctx.sql<{ id: string }>(
    `insert into workflow.draft (id, key, name, owner_unit, content, edited_by, edited_at, created_at) values ($1, $2, $3, $4, $5, $6, $7, $7)
     on conflict (owner_unit, key) do nothing returning id`,
    [id, key, name.slice(0, 100), owner, JSON.stringify(content), ctx.actor.personId, ctx.now],
  )
  ctx.audit({ type: 'process', id, label: name })
  if (made) return { id }
  if (from.kind !== 'next') throw conflict('本单位已经有这个流程的草稿。请打开那一份，或先删去它。')
  const [there] = await ctx.sql<{ id: string }>('select id from workflow.draft where owner_unit = $1 and key = $2', [
    owner,
    key,
  ])
  if (!there) throw conflict('草稿刚刚被他人发布或删去，请再试一次。')
  return { id: there.id }
}

const BUSY_MS = 5 * 60_000

const read: Handlers<typeof designingApi>['draft'] = async (ctx, { id }) => {
  const draft = await takeDraft(ctx, id, { lock: false })
  const { content } = draft
  const [{ graph, problems, warnings }, { blocks, reasons }, xml, published] = await Promise.all([
    checkContent(ctx, content, draft.ownerUnit),
    blocksOf(content),
    xmlOf(content),
    lastOf(ctx, draft),
  ])
  return {
    id,
    key: draft.key,
    name: draft.name,
    unitId: draft.ownerUnit,
    unitName: draft.unitName,
    revision: draft.revision,
    editedAt: draft.editedAt.toISOString(),
    editedBy: draft.editorName,
    busy: draft.editedBy !== ctx.actor.personId && ctx.now.getTime() - draft.editedAt.getTime() < BUSY_MS,
    published: published && { id: published.id, version: published.version, at: published.at.toISOString() },
    content,
    blocks,
    reasons,
    xml,
    problems,
    warnings,
    names: await namesIn(ctx, xml),
    asks: [...new Set([...(blocks?.fields ?? []), ...(graph ? askedOf(graph) : [])])],
    chosen: Object.values(graph?.nodes ?? {})
      .filter(({ user }) => user?.handlers.some(({ by }) => by === 'choice'))
      .map(({ id: node, name }) => ({ node, name: name || node })),
  }
}

const lastOf = async ({ sql }: Ctx, { key, ownerUnit }: DraftRow) => {
  const [row] = await sql<{ id: string; version: number; at: Date }>(
    'select id, version, published_at as at from workflow.definition where key = $1 and owner_unit = $2 order by version desc limit 1',
    [key, ownerUnit],
  )
  return row ?? null
}

const IDS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const namesIn = async ({ sql }: Ctx, xml: string): Promise<Record<string, string>> => {
  const ids = [...new Set(xml.match(IDS) ?? [])].slice(0, 1000)
  if (ids.length === 0) return {}
  const rows = await sql<{ id: string; name: string }>(
    `select id, name from directory.person where id = any($1::uuid[])
     union all select id, short_name from directory.unit where id = any($1::uuid[])`,
    [ids],
  )
  return Object.fromEntries(rows.map(({ id, name }) => [id, name]))
}

const save: Handlers<typeof designingApi>['saveDraft'] = async (ctx, { id, revision, content: given }) => {
  const content = cleaned(given)
  const draft = await takeDraft(ctx, id, { lock: true })
  checkRevision(draft, revision)
  const named = await nameOf(content)
  // the number is what holds the versions of a process together; a draft keeps the one it began with
  if (named && named.key !== draft.key) throw invalid('流程编号不能改。请恢复原来的编号，或另建一个流程。')
  const { problems, warnings } = await checkContent(ctx, content, draft.ownerUnit)
  await ctx.sql(
    'update workflow.draft set content = $2, name = $3, revision = revision + 1, edited_by = $4, edited_at = $5 where id = $1',
    [id, JSON.stringify(content), (named?.name || draft.name).slice(0, 100), ctx.actor.personId, ctx.now],
  )
  ctx.audit({ type: 'process', id, label: draft.name })
  return { revision: revision + 1, editedAt: ctx.now.toISOString(), problems, warnings }
}

const remove: Handlers<typeof designingApi>['removeDraft'] = async (ctx, { id, revision }) => {
  const draft = await takeDraft(ctx, id, { lock: true })
  checkRevision(draft, revision)
  await ctx.sql('delete from workflow.draft where id = $1', [id])
  ctx.audit({ type: 'process', id, label: draft.name })
  return {}
}

const compare: Handlers<typeof designingApi>['compareDraft'] = async (ctx, { id }) => {
  const draft = await takeDraft(ctx, id, { lock: false })
  const after = await checkedGraph(ctx, draft)
  const last = await lastOf(ctx, draft)
  if (!last) return { version: null, changes: [] }
  const before = (await definitionById(ctx.sql, last.id)).graph
  const names = await namesIn(ctx, JSON.stringify([before, after]))
  return { version: last.version, changes: compareGraphs(before, after, (one) => names[one] ?? '') }
}

const publish: Handlers<typeof designingApi>['publishDraft'] = async (ctx, { id, revision, note }) => {
  const draft = await takeDraft(ctx, id, { lock: true })
  await checkUnit(ctx, draft.ownerUnit)
  checkRevision(draft, revision)
  const graph = await checkedGraph(ctx, draft)
  const xml = await xmlOf(draft.content)
  const definitionId = await publishGraph(ctx, { xml, graph, unitId: draft.ownerUnit, by: ctx.actor.personId })
  await ctx.sql('update workflow.definition set note = $2 where id = $1', [definitionId, note])
  await ctx.sql('delete from workflow.draft where id = $1', [id])
  ctx.audit({ type: 'process', id: definitionId, label: graph.name, detail: { note } })
  const { key, version } = await definitionById(ctx.sql, definitionId)
  return { id: definitionId, key, version }
}

export const draftHandlers = {
  createDraft: create,
  draft: read,
  saveDraft: save,
  removeDraft: remove,
  compareDraft: compare,
  publishDraft: publish,
  async draftDiagram(ctx, { id }) {
    const { content } = await takeDraft(ctx, id, { lock: false })
    return diagramOf(await xmlOf(content))
  },
} satisfies Partial<Handlers<typeof designingApi>>
