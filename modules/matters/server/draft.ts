import type { OutputOf, ParsedOf } from '#kernel/contract'
import { one } from '#kernel/errors'
import type { Ctx } from '#kernel/module'
import {
  type Draft,
  Elements,
  type Layer,
  LocalElements,
  type MatterKind,
  type mattersApi,
  type Version,
} from '../contract.ts'
import { differences } from './diff.ts'
import { judgeVersion } from './judged.ts'
import { guideOf, presentVersion, type VersionRow, versionColumns, versionPeople } from './matter.ts'
import { allowsVersion } from './rules.ts'
import { scopeClause } from './scope.ts'

type Api = typeof mattersApi
interface Row extends VersionRow {
  matterId: string
  layer: Layer
  kind: MatterKind
  type: string
  name: string
  unit: { id: string; name: string }
  level: number
  functionId: string | null
  functions: Draft['functions']
  elements: unknown
  revision: number
  basicId: string
  submitterId: string | null
  editor: boolean
  approver: boolean
}

/** One version: on its way it is seen by its unit's editors and approvers alone, afterwards by everybody. */
const rowOf = async (ctx: Ctx, where: { id: string; matterId?: string }): Promise<Row> => {
  const edit = scopeClause(ctx, 'm.unit_id', 3, 'matters:edit')
  const approve = scopeClause(ctx, 'm.unit_id', 3 + edit.params.length, 'matters:approve')
  return ctx
    .sql<Row>(
      `select ${versionColumns}, v.matter_id as "matterId", m.layer, m.kind, m.type, v.name, json_build_object('id', u.id, 'name', u.name) as unit, m.level,
         v.function_id as "functionId", v.elements, v.revision, m.basic_id as "basicId", v.submitter_id as "submitterId",
         (select coalesce(json_agg(json_build_object('id', f.id, 'content', f.content) order by f.sort, f.id), '[]') from directory.statutory_function f
           where f.unit_id = m.unit_id and f.valid_to is null) as functions,
         ${edit.text} as editor, ${approve.text} as approver
       from matters.version v ${versionPeople} join matters.matter m on m.id = v.matter_id join directory.unit u on u.id = m.unit_id
       where v.id = $1 and ($2::uuid is null or v.matter_id = $2)
         and (v.state in ('published', 'replaced', 'repealed') or ${edit.text} or ${approve.text})`,
      [where.id, where.matterId ?? null, ...edit.params, ...approve.params],
    )
    .then(one('这一版事项'))
}

const present = async (ctx: Ctx, row: Row): Promise<Draft> => {
  const standing = {
    editor: row.editor,
    approver: row.approver,
    submitter: row.submitterId === ctx.actor.personId,
  }
  const basic = row.layer === 'basic'
  const elements = basic
    ? Elements.parse(row.elements)
    : ((await guideOf(ctx, row.basicId))?.elements ?? Elements.parse({}))
  const may = (action: 'edit' | 'submit' | 'discard' | 'approve' | 'sendBack') =>
    allowsVersion(action, row.state, standing)
  return {
    id: row.id,
    matterId: row.matterId,
    layer: row.layer,
    kind: row.kind,
    type: row.type,
    name: row.name,
    unit: row.unit,
    level: row.level,
    functionId: row.functionId,
    functions: row.functions,
    version: presentVersion(row),
    revision: row.revision,
    elements,
    local: basic ? null : LocalElements.parse(row.elements),
    ...(await judgeVersion(ctx, row.id)),
    can: {
      edit: may('edit') && row.purpose === 'edit',
      submit: may('submit'),
      discard: may('discard'),
      approve: may('approve'),
      sendBack: may('sendBack'),
      claim: false,
      repeal: false,
      addItem: false,
    },
  }
}

export const openDraft = async (ctx: Ctx, id: string): Promise<Draft> => present(ctx, await rowOf(ctx, { id }))

/** Who is not of the unit learns what was in force, not who handles it there. */
export const version = async (ctx: Ctx, { id, versionId }: ParsedOf<Api['version']>): Promise<Draft> => {
  const row = await rowOf(ctx, { id: versionId, matterId: id })
  const draft = await present(ctx, row)
  if (row.editor || row.approver || !draft.local) return draft
  return { ...draft, gaps: [], local: { ...draft.local, acceptors: [], deciders: [] } }
}

const before = async (ctx: Ctx, row: Row): Promise<Row | null> => {
  const [known] = await ctx.sql<{ id: string }>(
    `select id from matters.version where matter_id = $1 and no < $2 and state in ('published', 'replaced', 'repealed') order by no desc limit 1`,
    [row.matterId, row.no],
  )
  return known ? rowOf(ctx, { id: known.id }) : null
}

const asContent = (row: Row) => ({
  name: row.name,
  elements: row.layer === 'basic' ? Elements.parse(row.elements) : LocalElements.parse(row.elements),
})

export const diff = async (
  ctx: Ctx,
  { id, versionId, against }: ParsedOf<Api['diff']>,
): Promise<OutputOf<Api['diff']>> => {
  const to = await rowOf(ctx, { id: versionId, matterId: id })
  const from = against ? await rowOf(ctx, { id: against, matterId: id }) : await before(ctx, to)
  const shown = (row: Row): Version => presentVersion(row)
  const rows = differences(to.layer, from && asContent(from), asContent(to))
  const hidden = to.editor || to.approver ? [] : ['acceptors', 'deciders']
  return { from: from && shown(from), to: shown(to), rows: rows.filter(({ element }) => !hidden.includes(element)) }
}
