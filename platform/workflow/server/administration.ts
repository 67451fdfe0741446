import { PassThrough } from 'node:stream'
import { readMomentCursor } from '#kernel/cursors'
import { conflict, invalid, notFound } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Handlers } from '#kernel/module'
import { csvWriter, xlsxWriter } from '#kernel/tabular'
import type { administrationApi, Handing } from '../contract/administration.ts'
import { instanceStates, type workflowApi } from '../contract.ts'
import { listInstances } from './case-file.ts'
import { REACH } from './definitions.ts'
import { stepsHandover } from './hand-over.ts'

const MOST_COUNTED = 1000

/** In the units one administers, with those who left and had their last post there. */
const LAST_POST = `join lateral (select unit_id from directory.post where person_id = p.id and kind = 'main' order by valid_to is not null, valid_from desc limit 1) m on true`

const personIn = async (ctx: Ctx, id: string): Promise<{ id: string; name: string; status: string }> => {
  const scope = ctx.scopeText('m.unit_id', 2)
  const [row] = await ctx.sql<{ id: string; name: string; status: string }>(
    `select p.id, p.name, p.status from directory.person p ${LAST_POST} where p.id = $1 and ${scope.text}`,
    [id, ...scope.params],
  )
  if (!row) throw notFound('这名人员')
  return row
}

const handOn: Handlers<typeof administrationApi>['handOn'] = async (ctx, { fromId, toId, reason }) => {
  if (fromId === toId) throw invalid('接手人不能是本人。', [{ path: 'toId', message: '接手人不能是本人。' }])
  const [from, to] = [await personIn(ctx, fromId), await personIn(ctx, toId)]
  if (to.status !== 'active')
    throw invalid('接手人已经离岗，请换一个。', [{ path: 'toId', message: '接手人已经离岗，请换一个。' }])
  const [open] = await ctx.sql('select 1 from workflow.handover where from_person = $1 and ended_at is null', [fromId])
  if (open) throw conflict(`${from.name}的事正在移交，请等它完成。`)
  const id = newId()
  await ctx.sql(
    'insert into workflow.handover (id, from_person, to_person, created_at, reason, asked_by) values ($1, $2, $3, $4, $5, $6)',
    [id, fromId, toId, ctx.now, reason, ctx.actor.personId || null],
  )
  ctx.audit({ type: 'person', id: fromId, label: from.name, detail: { to: to.name, reason } })
  return { id }
}

interface HandingRow {
  id: string
  from_name: string
  from_unit: string | null
  to_name: string
  reason: string | null
  by_name: string | null
  created_at: Date
  ended_at: Date | null
  moved: number
}
const presentHanding = (row: HandingRow): Handing => ({
  id: row.id,
  fromName: row.from_name,
  fromUnitName: row.from_unit ?? '',
  toName: row.to_name,
  reason: row.reason,
  byName: row.by_name,
  startedAt: row.created_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  moved: row.moved,
})

export const administrationHandlers: Handlers<typeof administrationApi> = {
  async administeredProcesses(ctx, { q }) {
    const scope = ctx.scopeText('d.owner_unit', 3)
    const rows = await ctx.sql<{ key: string; name: string; unitName: string }>(
      `${REACH} select * from (
         select distinct on (d.key) d.key, d.name, u.short_name as "unitName" from workflow.definition d join directory.unit u on u.id = d.owner_unit
         where (d.owner_unit in (select id from above) or ${scope.text}) order by d.key, d.version desc) known
       where $2::text is null or position($2 in name) > 0 order by name, key limit 200`,
      [ctx.actor.unitId || null, q || null, ...scope.params],
    )
    return { rows }
  },
  async administeredVersions(ctx, { key }) {
    const owned = ctx.scopeText('d.owner_unit', 3)
    const inScope = ctx.scopeText('i.unit_id', 3 + owned.params.length)
    const rows = await ctx.sql<{
      id: string
      version: number
      note: string
      at: Date
      current: boolean
      running: number
    }>(
      `${REACH} select d.id, d.version, d.note, d.published_at as at, d.retired_at is null and d.version = max(d.version) over () as current,
         (select count(*)::int from (select 1 from workflow.instance i where i.definition_id = d.id and i.ended_at is null and ${inScope.text}
            limit ${MOST_COUNTED}) r) as running
       from workflow.definition d where d.key = $2 and (d.owner_unit in (select id from above) or ${owned.text}) order by d.version desc limit 100`,
      [ctx.actor.unitId || null, key, ...owned.params, ...inScope.params],
    )
    if (rows.length === 0) throw notFound('这个流程')
    return { rows: rows.map(({ at, ...row }) => ({ ...row, publishedAt: at.toISOString() })) }
  },
  handOn,
  async handingSize(ctx, { personId }) {
    await personIn(ctx, personId)
    return stepsHandover.list(ctx.sql, personId)
  },
  async leftBehind(ctx) {
    const scope = ctx.scopeText('m.unit_id', 1)
    const rows = await ctx.sql<{ personId: string; name: string; unitName: string }>(
      `select p.id as "personId", p.name, u.short_name as "unitName" from directory.person p ${LAST_POST} join directory.unit u on u.id = m.unit_id
       where p.status <> 'active' and ${scope.text}
         and exists (select 1 from tasks.task t where t.person_id = p.id and t.state = 'open' and t.source = 'workflow')
         and not exists (select 1 from workflow.handover h where h.from_person = p.id and h.ended_at is null) limit 100`,
      scope.params,
    )
    return { rows }
  },
  async handings(ctx, { q, cursor, limit }) {
    const [at, id] = readMomentCursor(cursor)
    const scope = ctx.scopeText('m.unit_id', 5)
    const rows = await ctx.sql<HandingRow>(
      `select h.id, p.name as from_name, u.short_name as from_unit, t.name as to_name, h.reason, b.name as by_name, h.created_at, h.ended_at, h.moved
       from workflow.handover h join directory.person p on p.id = h.from_person ${LAST_POST} join directory.unit u on u.id = m.unit_id
       join directory.person t on t.id = h.to_person left join directory.person b on b.id = h.asked_by
       where ($1::timestamptz is null or (h.created_at, h.id) < ($1, $2::uuid)) and ($3::text is null or position($3 in p.name) > 0 or position($3 in t.name) > 0)
         and ${scope.text} order by h.created_at desc, h.id desc limit $4`,
      [at, id, q || null, limit + 1, ...scope.params],
    )
    const shown = rows.slice(0, limit)
    const last = shown.at(-1)
    return {
      rows: shown.map(presentHanding),
      next: rows.length > limit && last ? `${last.created_at.toISOString()}|${last.id}` : null,
    }
  },
}

// ── export ──

const COLUMNS = [
  { title: '标题', width: 40 },
  { title: '流程', width: 24 },
  { title: '状态', width: 10 },
  { title: '现在的环节', width: 28 },
  { title: '异常', width: 10 },
  { title: '发起人', width: 12 },
  { title: '单位', width: 28 },
  { title: '发起时间', width: 18 },
  { title: '办结时间', width: 18 },
]
const MEDIA_TYPES = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}
const PAGE = 500
const shanghai = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' })
const moment = (at: string | null): string | null => at && shanghai.format(new Date(at))

/** What is listed now, page after page; half a table breaks off and never looks whole. */
export const exportScoped: Handlers<typeof workflowApi>['exportScoped'] = async (ctx, { format, ...input }) => {
  const out = new PassThrough()
  const mark = { by: ctx.actor.name, at: ctx.now }
  const writer =
    format === 'csv'
      ? csvWriter(out, { columns: COLUMNS })
      : xlsxWriter(out, { sheetName: '办件', columns: COLUMNS, mark })
  const write = async (): Promise<void> => {
    let cursor: string | undefined
    do {
      const page = await listInstances(ctx, ctx.scopeText('i.unit_id', 1), { ...input, cursor, limit: PAGE })
      for (const row of page.rows)
        await writer.write([
          row.title,
          row.processName,
          instanceStates[row.status],
          row.steps.join('、'),
          row.faulty ? '要处理' : null,
          row.starterName,
          row.unitName,
          moment(row.startedAt),
          moment(row.endedAt),
        ])
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    await writer.end()
  }
  ctx.audit({ type: 'instance', id: '', label: '办件清单' })
  write().catch((error: Error) => out.destroy(error))
  return {
    stream: out,
    name: `办件清单${format === 'csv' ? `-导出人${mark.by}` : ''}.${format}`,
    mediaType: MEDIA_TYPES[format],
  }
}
