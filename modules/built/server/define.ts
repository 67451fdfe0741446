import { z } from 'zod'
import type { OutputOf, ParsedOf } from '#kernel/contract'
import { readIdCursor } from '#kernel/cursors'
import { AppError, conflict, invalid, notFound, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import type { Problem } from '#platform/forms/contract'
import { publishFile } from '#platform/workflow'
import { AppDefinition, type AppRow, type builtApi, promotionAsked, type VersionState } from '../contract.ts'
import { checkApp } from '../core/check.ts'
import { diffApps } from '../core/diff.ts'
import { type Laid, type Layout, planStorage, type Step, sayStep } from '../core/storage.ts'

type Api = typeof builtApi

interface AppHead {
  id: string
  key: string
  name: string
  unitId: string
  unitName: string
  version: number | null
  pending: VersionState | null
  updatedAt: Date
}
const HEAD = `a.id, a.key, a.name, a.owner_unit as "unitId", u.short_name as "unitName", a.version, a.updated_at as "updatedAt",
  (select v.state from built.version v where v.app_id = a.id and v.state in ('draft', 'review', 'promoting')) as pending`
const present = ({ unitId: _, updatedAt, ...row }: AppHead): AppRow => ({ ...row, updatedAt: updatedAt.toISOString() })

export const definitions = async (
  ctx: Ctx,
  { q, cursor, limit }: ParsedOf<Api['definitions']>,
): Promise<OutputOf<Api['definitions']>> => {
  const scope = ctx.scopeText('a.owner_unit', 4)
  const rows = await ctx.sql<AppHead>(
    `select ${HEAD} from built.app a join directory.unit u on u.id = a.owner_unit
     where ${scope.text} and ($1::text is null or position($1 in a.name) > 0) and ($2::uuid is null or a.id < $2) order by a.id desc limit $3`,
    [q ?? null, readIdCursor(cursor), limit + 1, ...scope.params],
  )
  const shown = rows.slice(0, limit)
  return { rows: shown.map(present), next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}

/** An application of a unit within the caller's scope; 404 for every other. */
const headOf = async (ctx: Ctx, id: string, lock = ''): Promise<AppHead> => {
  const scope = ctx.scopeText('a.owner_unit', 2)
  return ctx
    .sql<AppHead>(
      `select ${HEAD} from built.app a join directory.unit u on u.id = a.owner_unit where a.id = $1 and ${scope.text} ${lock && 'for update of a'}`,
      [id, ...scope.params],
    )
    .then(one('这个应用'))
}

interface VersionRow {
  id: string
  version: number
  state: VersionState
  revision: number
  definition: unknown
  layout: Layout | null
  note: string
  editor_name: string
  edited_at: Date
  submitter_name: string | null
  submitted_by: string | null
}
const versionsOf = (ctx: Ctx, appId: string): Promise<VersionRow[]> =>
  ctx.sql<VersionRow>(
    `select id, version, state, revision, definition, layout, note, editor_name, edited_at, submitter_name, submitted_by
     from built.version where app_id = $1 order by version desc limit 200`,
    [appId],
  )
const isPending = ({ state }: VersionRow): boolean => state === 'draft' || state === 'review' || state === 'promoting'

export const definition = async (ctx: Ctx, { id }: { id: string }): Promise<OutputOf<Api['definition']>> => {
  const head = await headOf(ctx, id)
  const versions = await versionsOf(ctx, id)
  const shown = versions.find(isPending) ?? versions.find(({ state }) => state === 'published')
  const promoting = versions.find(({ state }) => state === 'promoting')
  const { unitId } = head
  return {
    ...present(head),
    unitId,
    versions: versions.map(({ version, state, revision, editor_name, edited_at, submitter_name, note }) => ({
      version,
      state,
      revision,
      editorName: editor_name,
      editedAt: edited_at.toISOString(),
      submitterName: submitter_name,
      note,
    })),
    definition: (shown?.definition ?? null) as OutputOf<Api['definition']>['definition'],
    faults: shown?.state === 'draft' ? [...checkApp(shown.definition).faults] : [],
    promotion: promoting ? await promotionOf(ctx, promoting) : null,
    can: {
      edit: shown === undefined || shown.state === 'draft' || shown.state === 'published',
      submit: shown?.state === 'draft',
      decide: shown?.state === 'review' && ctx.can('built:publish') && shown.submitted_by !== ctx.actor.personId,
    },
  }
}

const nameOfEntity =
  (definition: AppDefinition, layout: Layout | null) =>
  (no: number): string => {
    const [key] = Object.entries(layout?.entities ?? {}).find(([, entity]) => entity.no === no) ?? []
    return definition.entities.find((entity) => entity.key === key)?.name ?? '对象'
  }
const promotionOf = async (ctx: Ctx, { id, definition: given, layout }: VersionRow) => {
  const row = await ctx
    .sql<{ steps: Step[]; at: number; copied: number; unconverted: number; fault: string }>(
      'select steps, at, copied, unconverted, fault from built.promotion where version_id = $1',
      [id],
    )
    .then(one('这次发布'))
  const nameOf = nameOfEntity(given as AppDefinition, layout)
  const { copied, unconverted, fault } = row
  return {
    steps: row.steps.map((step, at) => ({ words: sayStep(step, nameOf), done: at < row.at })),
    copied,
    unconverted,
    fault,
  }
}

const Head = z.looseObject({ key: AppDefinition.shape.key, name: AppDefinition.shape.name })
const MOST = 2 * 1024 * 1024
/** A draft may still be wrong in any way; but it must say what it is. */
const readHead = (given: unknown): { key: string; name: string } => {
  if (JSON.stringify(given).length > MOST) throw invalid('应用定义太大，最多 2 MB。')
  const head = Head.safeParse(given)
  if (head.success) return head.data
  const errors = head.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.') || 'key', message }))
  throw new AppError(400, 'bad-definition', '应用定义里要有编号 key 和名称 name。', { errors })
}
const faultsOf = (given: unknown): Problem[] => [...checkApp(given).faults].slice(0, 100)

export const createApp = async (
  ctx: Ctx,
  { unitId, definition: given }: ParsedOf<Api['createApp']>,
): Promise<{ id: string }> => {
  const { key, name } = readHead(given)
  const scope = ctx.scopeText('u.id', 2)
  await ctx
    .sql(`select 1 from directory.unit u where u.id = $1 and u.valid_to is null and ${scope.text}`, [
      unitId,
      ...scope.params,
    ])
    .then(one('这个单位'))
  const id = newId()
  const added = await ctx.sql(
    `insert into built.app (id, key, name, owner_unit, reach, created_at, updated_at) values ($1, $2, $3, $4, 'subtree', $5, $5)
     on conflict (key) do nothing returning 1`,
    [id, key, name, unitId, ctx.now],
  )
  if (added.length === 0)
    throw invalid(`编号“${key}”已有应用在用，请换一个。`, [{ path: 'definition.key', message: '编号已被使用。' }])
  await insertVersion(ctx, id, 1, given)
  ctx.audit({ type: 'built-app', id, label: name })
  return { id }
}
const insertVersion = (ctx: Ctx, appId: string, version: number, given: unknown): Promise<unknown> =>
  ctx.sql(
    `insert into built.version (id, app_id, version, state, definition, edited_by, editor_name, edited_at) values ($1, $2, $3, 'draft', $4, $5, $6, $7)`,
    [newId(), appId, version, JSON.stringify(given), ctx.actor.personId || null, ctx.actor.name, ctx.now],
  )

const moved = (current: number): AppError =>
  new AppError(409, 'stale', '这份定义刚被别人改过。请打开最新的一份，再改。', { extra: { revision: current } })

export const saveDraft = async (
  ctx: Ctx,
  { id, revision, definition: given }: ParsedOf<Api['saveDraft']>,
): Promise<OutputOf<Api['saveDraft']>> => {
  const head = await headOf(ctx, id, 'lock')
  const { key, name } = readHead(given)
  if (key !== head.key)
    throw invalid('应用编号定了就不能改。', [{ path: 'definition.key', message: `应为“${head.key}”。` }])
  ctx.audit({ type: 'built-app', id, label: name })
  const versions = await versionsOf(ctx, id)
  const pending = versions.find(isPending)
  if (pending && pending.state !== 'draft') throw conflict('这个版本已送审，退回后才能再改。')
  if ((pending?.revision ?? 0) !== revision) throw moved(pending?.revision ?? 0)
  if (pending)
    await ctx.sql(
      'update built.version set definition = $2, revision = revision + 1, edited_by = $3, editor_name = $4, edited_at = $5 where id = $1',
      [pending.id, JSON.stringify(given), ctx.actor.personId || null, ctx.actor.name, ctx.now],
    )
  else await insertVersion(ctx, id, (versions[0]?.version ?? 0) + 1, given)
  await ctx.sql('update built.app set updated_at = $2 where id = $1', [id, ctx.now])
  return {
    revision: revision + 1,
    version: pending?.version ?? (versions[0]?.version ?? 0) + 1,
    faults: faultsOf(given),
  }
}

const laidOf = ({ definition: given, layout }: VersionRow): Laid | null =>
  layout ? { definition: given as AppDefinition, layout } : null

export const changes = async (
  ctx: Ctx,
  { id, from, to }: ParsedOf<Api['changes']>,
): Promise<OutputOf<Api['changes']>> => {
  await headOf(ctx, id)
  const versions = await versionsOf(ctx, id)
  const fresh =
    to === undefined ? (versions.find(isPending) ?? versions[0]) : versions.find(({ version }) => version === to)
  const old =
    from === undefined
      ? versions.find(({ state, id: other }) => state === 'published' && other !== fresh?.id)
      : versions.find(({ version }) => version === from)
  if (!fresh || (from !== undefined && !old)) throw notFound('这个版本')
  const checked = checkApp(fresh.definition)
  if (!('definition' in checked))
    throw new AppError(400, 'bad-definition', checked.faults[0].message, { errors: checked.faults })
  const before = old ? AppDefinition.safeParse(old.definition).data : undefined
  let counted = 0
  // Numbers are taken when it is published; here they only stand for themselves.
  const { layout, steps } = planStorage(old ? laidOf(old) : null, checked.definition, () => 900_000_000 + ++counted)
  const nameOf = nameOfEntity(checked.definition, layout)
  return { changes: diffApps(before ?? null, checked.definition), steps: steps.map((step) => sayStep(step, nameOf)) }
}

const pendingOf = async (
  ctx: Ctx,
  id: string,
  state: VersionState,
  revision: number,
): Promise<{ head: AppHead; row: VersionRow; versions: VersionRow[] }> => {
  const head = await headOf(ctx, id, 'lock')
  const versions = await versionsOf(ctx, id)
  const row = versions.find(isPending)
  if (row?.state === 'promoting') throw conflict('这个应用正在发布，请等它做完。')
  if (row?.state !== state) throw conflict(state === 'draft' ? '没有可以送审的草稿。' : '没有待审核的版本。')
  if (row.revision !== revision) throw moved(row.revision)
  ctx.audit({ type: 'built-app', id, label: head.name })
  return { head, row, versions }
}

const soundOf = (given: unknown): AppDefinition => {
  const checked = checkApp(given)
  if (!('definition' in checked))
    throw new AppError(400, 'bad-definition', checked.faults[0].message, { errors: checked.faults })
  return checked.definition
}
/** Cases read their record where it is kept: what has begun cases stays in the application. */
const keepCases = (app: AppDefinition, versions: readonly VersionRow[]): void => {
  const before = versions
    .filter(({ layout }) => layout !== null)
    .flatMap(({ definition: old }) => (old as AppDefinition).entities)
  const gone = before.find(({ process, key }) => process && !app.entities.some((entity) => entity.key === key))
  if (!gone) return
  const message = `「${gone.name}」走过流程，办过的件还要能看，不能从应用里去掉。不再用的，可以去掉新建的权限。`
  throw new AppError(400, 'bad-definition', message, { errors: [{ path: 'entities', message }] })
}
/** Reads the processes as publishing would, and takes it back: what is wrong with one is told before it goes for approval. */
const tryProcesses = async (ctx: Ctx, app: AppDefinition, unitId: string): Promise<void> => {
  for (const [at, { key, bpmn }] of (app.processes ?? []).entries()) {
    await ctx.sql('savepoint trying')
    try {
      const id = await publishFile(ctx, { xml: bpmn, unitId })
      const [row] = await ctx.sql<{ key: string }>('select key from workflow.definition where id = $1', [id])
      if (row?.key !== key)
        throw invalid(`流程文件里的编号是“${row?.key}”，应为“${key}”。`, [
          { path: `processes.${at}.key`, message: '编号不一致。' },
        ])
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      const errors = (error.errors ?? []).map(({ path, message }) => ({ path: `processes.${at}.${path}`, message }))
      throw new AppError(400, 'bad-definition', `流程“${key}”：${error.message}`, { errors })
    } finally {
      await ctx.sql('rollback to savepoint trying')
    }
  }
}

export const submit = async (ctx: Ctx, { id, revision }: ParsedOf<Api['submit']>) => {
  const { row, head, versions } = await pendingOf(ctx, id, 'draft', revision)
  const app = soundOf(row.definition)
  keepCases(app, versions)
  await tryProcesses(ctx, app, head.unitId)
  await ctx.sql(
    "update built.version set state = 'review', submitted_by = $2, submitter_name = $3, note = '' where id = $1",
    [row.id, ctx.actor.personId || null, ctx.actor.name],
  )
  return {}
}

export const sendBack = async (ctx: Ctx, { id, revision, note }: ParsedOf<Api['sendBack']>) => {
  const { row } = await pendingOf(ctx, id, 'review', revision)
  await ctx.sql("update built.version set state = 'draft', note = $2, submitted_by = null where id = $1", [
    row.id,
    note,
  ])
  return {}
}

/** Plans the change of the tables and has it begun. Whoever sent it does not approve it: the table says so too. */
export const publish = async (ctx: Ctx, { id, revision }: ParsedOf<Api['publish']>) => {
  const { row, versions } = await pendingOf(ctx, id, 'review', revision)
  if (row.submitted_by === ctx.actor.personId)
    throw conflict('送审的人不能审核自己的应用，请请另一位管理员或领导审核。')
  const old = versions.find(({ state }) => state === 'published')
  await beginPromotion(ctx, {
    appId: id,
    versionId: row.id,
    definition: soundOf(row.definition),
    old: old ? laidOf(old) : null,
    by: ctx.actor.personId,
  })
  ctx.emit(promotionAsked, { versionId: row.id })
  return {}
}

interface Beginning {
  appId: string
  versionId: string
  definition: AppDefinition
  old: Laid | null
  by: string | null
}
export const beginPromotion = async (
  { sql, now }: Pick<Ctx, 'sql' | 'now'>,
  { appId, versionId, definition: app, old, by }: Beginning,
): Promise<void> => {
  // As many numbers as there could be columns: those that are not used are gone, which costs nothing.
  const wanted = app.entities.reduce(
    (sum, { groups }) => sum + 1 + groups.reduce((fields, group) => fields + group.fields.length, 0),
    0,
  )
  const numbers = await sql<{ no: number }>(`select nextval('built.number')::int as no from generate_series(1, $1)`, [
    wanted,
  ])
  let at = 0
  const { layout, steps } = planStorage(old, app, () => numbers[at++]!.no)
  // From here on it stands as it was understood, with what was left to be said by itself.
  await sql(
    "update built.version set state = 'promoting', decided_by = $2, layout = $3, definition = $4 where id = $1",
    [versionId, by, JSON.stringify(layout), JSON.stringify(app)],
  )
  await sql(
    `insert into built.promotion (version_id, app_id, steps, started_at) values ($1, $2, $3, $4)
     on conflict (version_id) do update set steps = excluded.steps, at = 0, place = null, copied = 0, unconverted = 0, state = 'running', fault = '', started_at = excluded.started_at, ended_at = null`,
    [versionId, appId, JSON.stringify(steps), now],
  )
}
