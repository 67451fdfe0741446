import type { OutputOf, ParsedOf } from '#kernel/contract'
import { one } from '#kernel/errors'
import type { Ctx, SystemCtx } from '#kernel/module'
import {
  Elements,
  judge,
  type Layer,
  LocalElements,
  type Matter,
  type MatterKind,
  type MatterState,
  type mattersApi,
  situate,
  type Version,
} from '../contract.ts'
import { figuresOf } from './figures.ts'
import { heldMaterials } from './held.ts'
import { scopeClause } from './scope.ts'

type Sql = Pick<SystemCtx, 'sql'>

export interface Guide {
  elements: Elements
  local: LocalElements | null
  basicVersionId: string
  /** in force */
  versionId: string
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)
/** What is nearer wins where it says something. */
export const mergeLocal = (...parts: readonly LocalElements[]): LocalElements => {
  const said = parts.flatMap((part) => Object.entries(part).filter(([, value]) => !isEmpty(value)))
  return LocalElements.parse(Object.fromEntries(said))
}

/** What is in force for a matter: the elements of its basic matter, and what the unit that carries it out adds. */
export const guideOf = async ({ sql }: Sql, matterId: string): Promise<Guide | undefined> => {
  const rows = await sql<{ layer: Layer; elements: unknown; version_id: string; depth: number }>(
    `with recursive chain as (
       select m.id, m.layer, m.parent_id, m.version_id, 0 as depth from matters.matter m where m.id = $1
       union all select m.id, m.layer, m.parent_id, m.version_id, chain.depth + 1 from chain join matters.matter m on m.id = chain.parent_id)
     select chain.layer, v.elements, v.id as version_id, chain.depth from chain join matters.version v on v.id = chain.version_id order by chain.depth desc`,
    [matterId],
    'matters.guide',
  )
  const [basic, ...below] = rows
  const own = rows.at(-1)
  if (basic?.layer !== 'basic' || own?.depth !== 0) return undefined
  return {
    elements: Elements.parse(basic.elements),
    local: below.length > 0 ? mergeLocal(...below.map((row) => LocalElements.parse(row.elements))) : null,
    basicVersionId: basic.version_id,
    versionId: own.version_id,
  }
}

export const versionColumns = `v.id, v.no, v.purpose, v.state, coalesce(a.name, '系统') as "authorName", r.name as "reviewerName", coalesce(v.returned, v.reason) as reason,
  v.publish_on as "publishOn", v.published_at as "publishedAt", v.ended_at as "endedAt", v.updated_at as "updatedAt"`
export const versionPeople =
  'left join directory.person a on a.id = v.author_id left join directory.person r on r.id = v.reviewer_id'
export interface VersionRow extends Omit<Version, 'publishedAt' | 'endedAt' | 'updatedAt'> {
  publishedAt: Date | null
  endedAt: Date | null
  updatedAt: Date
}
export const presentVersion = (row: VersionRow): Version => ({
  id: row.id,
  no: row.no,
  purpose: row.purpose,
  state: row.state,
  authorName: row.authorName,
  reviewerName: row.reviewerName,
  reason: row.reason,
  publishOn: row.publishOn,
  publishedAt: row.publishedAt?.toISOString() ?? null,
  endedAt: row.endedAt?.toISOString() ?? null,
  updatedAt: row.updatedAt.toISOString(),
})

interface Head {
  id: string
  code: string | null
  layer: Layer
  kind: MatterKind
  type: string
  name: string
  state: MatterState
  level: number
  completeness: number
  publishedAt: Date | null
  versionId: string | null
  unit: Matter['unit']
  function: Matter['function']
  parent: Matter['parent']
  editor: boolean
  approver: boolean
  open: boolean
  implementing: number
}

/** Sixty thousand villages may carry out one matter: nobody needs to know whether it is one more. */
const MOST_COUNTED = 10_000

/** A matter that is out is everybody's to read; one that never was is its unit's alone. */
const headOf = async (ctx: Ctx, id: string): Promise<Head> => {
  const edit = scopeClause(ctx, 'm.unit_id', 2, 'matters:edit')
  const approve = scopeClause(ctx, 'm.unit_id', 2 + edit.params.length, 'matters:approve')
  return ctx
    .sql<Head>(
      `select m.id, m.code, m.layer, m.kind, m.type, m.name, m.state, m.level, m.completeness, m.published_at as "publishedAt", m.version_id as "versionId",
         json_build_object('id', u.id, 'name', u.name) as unit,
         (select json_build_object('id', f.id, 'content', f.content, 'basis', f.basis) from directory.statutory_function f where f.id = m.function_id) as function,
         (select json_build_object('id', p.id, 'name', p.name, 'unitName', pu.name) from matters.matter p join directory.unit pu on pu.id = p.unit_id where p.id = m.parent_id) as parent,
         ${edit.text} as editor, ${approve.text} as approver,
         exists (select 1 from matters.version v where v.matter_id = m.id and v.state in ('draft', 'review', 'returned', 'approved')) as open,
         case when m.layer = 'basic' then (select count(*)::int from (select 1 from matters.matter i where i.basic_id = m.id and i.layer = 'implementing' and i.state <> 'new' limit ${MOST_COUNTED + 1}) i) else 0 end as implementing
       from matters.matter m join directory.unit u on u.id = m.unit_id
       where m.id = $1 and (m.state <> 'new' or ${edit.text} or ${approve.text})`,
      [id, ...edit.params, ...approve.params],
    )
    .then(one('事项'))
}

const versionsOf = async (ctx: Ctx, id: string, own: boolean): Promise<Version[]> =>
  (
    await ctx.sql<VersionRow>(
      `select ${versionColumns} from matters.version v ${versionPeople} where v.matter_id = $1 ${own ? '' : "and v.state in ('published', 'replaced', 'repealed')"} order by v.no desc limit 100`,
      [id],
    )
  ).map(presentVersion)

const belowOf = (ctx: Ctx, id: string): Promise<Matter['below']> =>
  ctx.sql<Matter['below'][number]>(
    `select m.id, m.name, m.layer, u.name as "unitName" from matters.matter m join directory.unit u on u.id = m.unit_id
     where m.parent_id = $1 and m.state = 'published' order by m.id limit 50`,
    [id],
    'matters.below',
  )

const canOf = (ctx: Ctx, head: Head): Matter['can'] => {
  const live = head.state === 'published'
  return {
    edit: head.editor && head.state !== 'repealed',
    claim: live && head.layer === 'basic' && ctx.can('matters:edit'),
    repeal: head.editor && live && !head.open,
    addItem: head.editor && live && head.layer === 'implementing',
    submit: false,
    discard: false,
    approve: false,
    sendBack: false,
  }
}

export const matter = async (
  ctx: Ctx,
  { id }: ParsedOf<typeof mattersApi.matter>,
): Promise<OutputOf<typeof mattersApi.matter>> => {
  const head = await headOf(ctx, id)
  const own = head.editor || head.approver
  const [guide, versions, below, figures] = await Promise.all([
    guideOf(ctx, id),
    versionsOf(ctx, id, own),
    belowOf(ctx, id),
    figuresOf(ctx, id),
  ])
  const elements = guide?.elements ?? Elements.parse({})
  const held = await heldMaterials(ctx, elements.materials)
  const local = guide?.local ?? null
  const { gaps } = judge({
    kind: head.kind,
    layer: head.layer,
    functionId: head.function?.id ?? null,
    elements,
    local,
    held,
  })
  const { editor: _, approver: __, open: ___, publishedAt, ...shown } = head
  return {
    ...shown,
    publishedAt: publishedAt?.toISOString() ?? null,
    elements,
    // who of the unit handles it is the unit's own business
    local: local && (own ? local : { ...local, acceptors: [], deciders: [] }),
    promised: situate(elements, local, {}).promised,
    gaps: own && guide ? gaps : [],
    held,
    versions,
    below,
    ...figures,
    can: canOf(ctx, head),
  }
}
