import { newId } from '#kernel/ids'
import type { Job, Kernel } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { registerHandover } from '#platform/directory'
import { findSlotIn } from '../engine/invariants.ts'
import type { Handler, State } from '../engine/state.ts'
import { advance } from './advance.ts'
import { lockInstance, type Said } from './decide.ts'

const BATCH = 100

/** 离岗交接: what a person has open passes to the successor, each in its own instance, by a command that stands in its history. */
export const stepsHandover: Parameters<typeof registerHandover>[1] = {
  name: 'workflow.steps',
  title: '办理中的环节',
  async list(sql, personId) {
    const [row] = await sql<{ count: number; samples: string[] | null }>(
      `select count(*)::int as count, (array_agg(t.title order by t.created_at))[1:5] as samples
       from tasks.task t where t.person_id = $1 and t.source = 'workflow' and t.state = 'open'`,
      [personId],
      'workflow.handover.list',
    )
    return { count: row?.count ?? 0, samples: row?.samples ?? [] }
  },
  async transfer(sql, fromId, toId) {
    // Thousands of instances are not locked within the transaction of the move: the job does them one by one.
    await sql('insert into workflow.handover (id, from_person, to_person, created_at) values ($1, $2, $3, now())', [
      newId(),
      fromId,
      toId,
    ])
    // A delegation of whoever left lends nothing any more.
    await sql(
      'update workflow.delegation set ended_at = now() where (principal_id = $1 or agent_id = $1) and ended_at is null',
      [fromId],
    )
  },
}
export const offerHandover = (kernel: Kernel): void => registerHandover(kernel, stepsHandover)

const slotsOf = (state: State, person: string): string[] =>
  Object.values(state.tokens).flatMap(({ step }) =>
    (step?.slots ?? [])
      .filter((slot) => slot.person === person && slot.state !== 'done' && slot.state !== 'cancelled')
      .map(({ id }) => id),
  )

interface Handing {
  id: string
  from_person: string
  to_person: string
  unit: string
  cursor: string | null
  /** an administrator asked for it; of somebody who leaves there is none */
  asked_by: string | null
  by_name: string | null
  by_unit: string | null
  reason: string | null
}
/** All that is this person's in one instance, also what only waits for its turn. */
const passOn = (kernel: Kernel, handing: Handing, instanceId: string): Promise<void> =>
  asSystem(kernel, async (ctx) => {
    const { id, from_person, to_person, unit } = handing
    let instance = await lockInstance(ctx, instanceId)
    const to: Handler = { person: to_person, unit }
    const { state } = instance
    const runs = state?.status === 'running' || state?.status === 'suspended'
    const slots = state && runs ? slotsOf(state, from_person) : []
    for (const slot of slots) {
      const owner = findSlotIn(instance.state as State, slot)?.slot.owner
      const heir = owner && owner !== to_person ? { ...to, owner } : to
      instance = await advance(ctx, instance, { do: 'transfer', slot, by: 'system', to: heir }, saidOf(handing))
    }
    await ctx.sql('update workflow.handover set moved = moved + $2 where id = $1', [id, slots.length > 0 ? 1 : 0])
  })

const saidOf = ({ asked_by, by_name, by_unit, reason }: Handing): Said =>
  asked_by === null
    ? {}
    : { by: { personId: asked_by, name: by_name ?? '', unitName: by_unit ?? '' }, opinion: reason ?? undefined }

/** What is passed on is no task of theirs any more, so whoever goes on after a crash finds only the rest. */
const instancesOf = async (kernel: Kernel, person: string, after: string): Promise<string[]> => {
  const rows = await kernel.database.query<{ id: string }>(
    `select distinct split_part(external_id, '/', 1) as id from tasks.task
     where person_id = $1 and source = 'workflow' and state = 'open' and split_part(external_id, '/', 1) > $2 order by 1 limit ${BATCH}`,
    [person, after],
    'workflow.handover.instances',
  )
  return rows.map(({ id }) => id)
}

/**
 * Who only waits for a turn 顺签 has no task that would lead to the case: every running case is looked at, a page at a time, and a job that was
 * broken off goes on where it stood.
 */
const passOnWaiting = async (kernel: Kernel, handing: Handing): Promise<void> => {
  for (let after = handing.cursor; ; ) {
    const rows = await kernel.database.query<{ id: string; holds: boolean }>(
      `select id, state @? format('$.tokens.*.step.slots[*] ? (@.person == "%s" && @.state != "done" && @.state != "cancelled")', $2::uuid)::jsonpath as holds
       from workflow.instance where ended_at is null and ($1::uuid is null or id > $1) order by id limit ${LOOKED_AT}`,
      [after, handing.from_person],
      'workflow.handover.waiting',
    )
    for (const { id, holds } of rows) if (holds) await passOn(kernel, handing, id)
    after = rows.at(-1)?.id ?? after
    await kernel.database.query('update workflow.handover set cursor = $2 where id = $1', [handing.id, after])
    if (rows.length < LOOKED_AT) return
  }
}
const LOOKED_AT = 1000

export const runHandovers = async (kernel: Kernel): Promise<void> => {
  const open = await kernel.database.query<Handing>(
    `select h.id, h.from_person, h.to_person, m.unit_id as unit, h.cursor, h.asked_by, b.name as by_name, u.short_name as by_unit, h.reason
     from workflow.handover h join directory.post m on m.person_id = h.to_person and m.kind = 'main' and m.valid_to is null
     left join directory.person b on b.id = h.asked_by
     left join directory.post o on o.person_id = b.id and o.kind = 'main' and o.valid_to is null left join directory.unit u on u.id = o.unit_id
     where h.ended_at is null order by h.created_at`,
  )
  for (const handing of open) {
    let after = ''
    for (let ids = await instancesOf(kernel, handing.from_person, after); ids.length > 0; ) {
      for (const id of ids) await passOn(kernel, handing, id)
      after = ids.at(-1) as string
      ids = await instancesOf(kernel, handing.from_person, after)
    }
    await passOnWaiting(kernel, handing)
    await kernel.database.query('update workflow.handover set ended_at = $2 where id = $1', [
      handing.id,
      kernel.clock.now(),
    ])
  }
}
export const handoverJobs: readonly Job[] = [{ name: 'workflow.handover', everyMinutes: 1, runLong: runHandovers }]
