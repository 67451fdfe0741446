import type { OutputOf, ParsedOf } from '#kernel/contract'
import type { Ctx } from '#kernel/module'
import { accessTo, evaluate, reduce } from '#platform/forms'
import type { Access } from '#platform/forms/contract'
import type { App, builtApi, EntityShown, ViewShown } from '../contract.ts'
import { addUp } from '../core/grants.ts'
import { creatingGrants, grantsOf } from './held.ts'
import { ABOVE, type LiveApp, type LiveEntity, liveApp, REACHES, versionById } from './live.ts'

type Api = typeof builtApi

const present = ({ definition, unitName, version }: LiveApp): App => ({
  key: definition.key,
  name: definition.name,
  sentence: definition.sentence ?? '',
  heading: definition.heading ?? '',
  unitName,
  version,
})

/** Applications that reach the caller's unit and have something for the caller in them. */
export const apps = async (ctx: Ctx): Promise<OutputOf<Api['apps']>> => {
  const rows = await ctx.sql<{ id: string }>(
    `${ABOVE} select v.id from built.app a join built.version v on v.app_id = a.id and v.version = a.version where ${REACHES} order by a.heading, a.name limit 500`,
    [ctx.actor.unitId || null],
    'built.apps',
  )
  const found: App[] = []
  for (const { id } of rows) {
    const live = await versionById(ctx.kernel, ctx.sql, id)
    if ([...live.entities.values()].some((entity) => grantsOf(ctx, entity).length > 0)) found.push(present(live))
  }
  return { rows: found }
}

/** What shows of an entity in at least one of the caller's rows, or when they make one; null where nothing does. */
export const shownTo = (ctx: Ctx, live: LiveEntity): Access | null => {
  const grants = [...new Set([...grantsOf(ctx, live), ...creatingGrants(ctx, live)])]
  return grants.length > 0
    ? addUp(live.entity, grants, ({ may }) => may.includes('write') || may.includes('create'))
    : null
}

const entityShown = (ctx: Ctx, live: LiveEntity): EntityShown[] => {
  const access = shownTo(ctx, live)
  if (!access) return []
  const { entity, form } = live
  const person = { personId: ctx.actor.personId, name: ctx.actor.name, unitName: '' }
  const less = reduce(form.definition, access, evaluate(form.definition, {}, access, { now: ctx.now, person }))
  const isShown = (key: string): boolean => key.startsWith('@') || accessTo(access, key.replace(/^-/, '')) !== 'hide'
  const views = (entity.views ?? [])
    .map(
      (view): ViewShown => ({
        key: view.key,
        name: view.name,
        columns: view.columns.filter(isShown),
        filters: (view.filters ?? []).filter(isShown),
        sort:
          view.sort && (view.sort.replace(/^-/, '').startsWith('@') || isShown(view.sort)) ? view.sort : '-@created',
        where: [],
      }),
    )
    .filter((view, at) => view.columns.length > 0 && conditionsShown(entity.views?.[at]?.where, isShown))
  const all: ViewShown = {
    key: '',
    name: '全部',
    columns: [...live.fields.keys()].filter(isShown).slice(0, 8),
    filters: [],
    sort: '-@created',
    where: [],
  }
  return [
    {
      key: entity.key,
      name: entity.name,
      sentence: entity.sentence ?? '',
      label: isShown(entity.label) ? entity.label : '',
      form: less.definition,
      access: less.access,
      views: views.length > 0 ? views : [all],
      hasProcess: entity.process !== undefined,
      can: {
        create: creatingGrants(ctx, live).length > 0,
        export: grantsOf(ctx, live).some(({ may }) => may.includes('export')),
      },
    },
  ]
}
/** A view that is narrowed by what one may not see would tell of it. */
const conditionsShown = (where: readonly string[] | undefined, isShown: (key: string) => boolean): boolean =>
  (where ?? []).every((one) => isShown(/^@?[\p{L}_][\p{L}\p{N}_]*/u.exec(one)?.[0] ?? ''))

export const app = async (ctx: Ctx, { app: key }: ParsedOf<Api['app']>): Promise<OutputOf<Api['app']>> => {
  const live = await liveApp(ctx, key)
  return { ...present(live), entities: [...live.entities.values()].flatMap((entity) => entityShown(ctx, entity)) }
}
