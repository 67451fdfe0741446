import type { Query } from '#kernel/db'
import { newId } from '#kernel/ids'
import { type Consumer, on, type SystemCtx } from '#kernel/module'
import { closedToAll, notHidden } from '#platform/directory'
import { personLeft, personMoved, postChanged, structureChanged, unitChanged } from '#platform/directory/contract'
import { taskClosed } from '#platform/tasks/contract'
import { applicationChanged, deliveryDue, type WebhookType } from '../../contract.ts'

/**
 * Writes down what each subscriber is to be told, in the transaction that consumes the event: once, whatever happens afterwards. A subscription
 * that is paused and an application that is suspended are told later, if ever.
 */
const RECEIVES = "w.types @> array[$1]::text[] and 'events.receive' = any(app.scopes)"

interface Told {
  webhook_id: string
  data: unknown
}
export const tell = async (
  { sql, now, emit }: Pick<SystemCtx, 'sql' | 'now' | 'emit'>,
  type: string,
  subject: string,
  receivers: readonly Told[],
): Promise<string[]> => {
  if (receivers.length === 0) return []
  const eventId = newId()
  const ids = receivers.map(() => newId())
  await sql(
    `insert into apps.delivery (id, webhook_id, event_id, type, subject, data, happened_at, next_at)
     select t.id, t.webhook_id, $3, $4, $5, t.data, $7, $7 from unnest($1::uuid[], $2::uuid[], $6::jsonb[]) t (id, webhook_id, data)`,
    [
      ids,
      receivers.map((one) => one.webhook_id),
      eventId,
      type,
      subject,
      receivers.map((one) => JSON.stringify(one.data)),
      now,
    ],
  )
  emit(deliveryDue, {})
  return ids
}

const ofApplication = (sql: SystemCtx['sql'], type: WebhookType, applicationId: string, scope: string) =>
  sql<{ webhook_id: string }>(
    `select w.id as webhook_id from apps.webhook w join apps.application app on app.id = w.application_id
     where app.id = $2 and $3 = any(app.scopes) and ${RECEIVES}`,
    [type, applicationId, scope],
  )

/**
 * Subscribers whose grant reaches one of the units, with the units it reaches. What visibility rules hide from everybody is hidden from
 * applications too, a change of it included. `$3` the person it is about, or null, `$4` guards that hide.
 */
const WITHIN = `select w.id as webhook_id, array_agg(distinct u.id) as units
  from apps.webhook w join apps.application app on app.id = w.application_id
  join apps.reach r on r.application_id = app.id join directory.unit top on top.id = r.unit_id
  join directory.unit u on u.pre between top.pre and top.pre_end
  where ${RECEIVES} and 'directory.read' = any(app.scopes) and u.id = any($2::uuid[]) and ${notHidden('u.guard', 4)}
    and ($3::uuid is null or exists (select 1 from directory.person x where x.id = $3 and ${notHidden('x.guard', 4)}))
  group by w.id`

const within = async (ctx: SystemCtx, type: WebhookType, units: readonly string[], personId: string | null) => {
  const { hidden } = await closedToAll(ctx.kernel)
  return ctx.sql<{ webhook_id: string; units: string[] }>(
    WITHIN,
    [type, units, personId, hidden],
    'apps.webhooks-within',
  )
}

const tellOfUnits = async (ctx: SystemCtx, subject: string, units: readonly string[], what: string) => {
  const type = 'directory.unit-changed'
  const found = await within(ctx, type, units, null)
  await tell(
    ctx,
    type,
    subject,
    found.map(({ webhook_id, units }) => ({ webhook_id, data: { unitIds: units, what } })),
  )
}

const tellOfPerson = async (ctx: SystemCtx, personId: string, units: readonly string[], what: string) => {
  const type = 'directory.person-changed'
  const found = await within(ctx, type, units, personId)
  await tell(
    ctx,
    type,
    personId,
    found.map(({ webhook_id, units }) => ({ webhook_id, data: { personId, unitIds: units, what } })),
  )
}

/** An import of a province tells of a million people: while nobody subscribed, none of that needs a job. */
const subscribed = (type: WebhookType) => ({
  wanted: async (sql: Query): Promise<boolean> =>
    (
      await sql<{ wanted: boolean }>(
        `select exists (select 1 from apps.webhook w join apps.application app on app.id = w.application_id where ${RECEIVES}) as wanted`,
        [type],
        'apps.webhooks-wanted',
      )
    )[0]?.wanted ?? true,
})

/** Where somebody worked until the day of leaving. */
const lastUnits = async (sql: SystemCtx['sql'], personId: string, day: string): Promise<string[]> =>
  (
    await sql<{ unit_id: string }>(
      'select distinct unit_id from directory.post where person_id = $1 and (valid_to is null or valid_to >= $2::date)',
      [personId, day],
    )
  ).map((row) => row.unit_id)

export const webhookConsumers: readonly Consumer[] = [
  on(
    taskClosed,
    'apps.tell-task-closed',
    async (ctx, { sourceId, externalId, state, outcome, note }) => {
      const found = await ofApplication(ctx.sql, 'tasks.closed', sourceId ?? '', 'tasks.push')
      const data = { externalId, state, outcome, note }
      await tell(
        ctx,
        'tasks.closed',
        externalId,
        found.map(({ webhook_id }) => ({ webhook_id, data })),
      )
    },
    { when: ({ source, sourceId }) => source === 'application' && sourceId !== null },
  ),
  on(
    unitChanged,
    'apps.tell-unit-changed',
    (ctx, { unitId, what }) => tellOfUnits(ctx, unitId, [unitId], what),
    subscribed('directory.unit-changed'),
  ),
  on(
    structureChanged,
    'apps.tell-structure-changed',
    (ctx, { planId, units }) => tellOfUnits(ctx, planId, units, 'restructured'),
    subscribed('directory.unit-changed'),
  ),
  on(
    postChanged,
    'apps.tell-post-changed',
    (ctx, { personId, unitId, what }) => tellOfPerson(ctx, personId, [unitId], `post-${what}`),
    subscribed('directory.person-changed'),
  ),
  on(
    personMoved,
    'apps.tell-person-moved',
    (ctx, { personId, fromUnitId, toUnitId }) => tellOfPerson(ctx, personId, [fromUnitId, toUnitId], 'moved'),
    subscribed('directory.person-changed'),
  ),
  on(
    personLeft,
    'apps.tell-person-left',
    async (ctx, { personId, day, status }) =>
      tellOfPerson(ctx, personId, await lastUnits(ctx.sql, personId, day), status),
    subscribed('directory.person-changed'),
  ),
  on(applicationChanged, 'apps.tell-state-changed', async (ctx, { id, state }) => {
    const found = await ofApplication(ctx.sql, 'apps.state-changed', id, 'events.receive')
    await tell(
      ctx,
      'apps.state-changed',
      id,
      found.map(({ webhook_id }) => ({ webhook_id, data: { state } })),
    )
  }),
]
