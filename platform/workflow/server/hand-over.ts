import { newId } from '#kernel/ids'
import type { Job, Kernel } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { registerHandover } from '#platform/directory'
import { findSlotIn } from '../engine/invariants.ts'
import type { Handler, State } from '../engine/state.ts'
import { advance } from './advance.ts'
import { lockInstance } from './decide.ts'

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
}
/** All that is this person's in one instance, also what only waits for its turn. */
const passOn = (kernel: Kernel, { id, from_person, to_person, unit }: Handing, instanceId: string): Promise<void> =>
  asSystem(kernel, async (ctx) => {
    let instance = await lockInstance(ctx, instanceId)
    const to: Handler = { person: to_person, unit }
    const { state } = instance
    const runs = state?.status === 'running' || state?.status === 'suspended'
    const slots = state && runs ? slotsOf(state, from_person) : []
    for (const slot of slots) {
      const owner = findSlotIn(instance.state as State, slot)?.slot.owner
      const heir = owner && owner !== to_person ? { ...to, owner } : to
      instance = await advance(ctx, instance, { do: 'transfer', slot, by: 'system', to: heir })
    }
    await ctx.sql('update workflow.handover set moved = moved + $2 where id = $1', [id, slots.length > 0 ? 1 : 0])
  })

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

export const runHandovers = async (kernel: Kernel): Promise<void> => {
  const open = await kernel.database.query<Handing>(
    `select h.id, h.from_person, h.to_person, m.unit_id as unit from workflow.handover h
     join directory.post m on m.person_id = h.to_person and m.kind = 'main' and m.valid_to is null where h.ended_at is null order by h.created_at`,
  )
  for (const handing of open) {
    let after = ''
    for (let ids = await instancesOf(kernel, handing.from_person, after); ids.length > 0; ) {
      for (const id of ids) await passOn(kernel, handing, id)
      after = ids.at(-1) as string
      ids = await instancesOf(kernel, handing.from_person, after)
    }
    await kernel.database.query('update workflow.handover set ended_at = $2 where id = $1', [
      handing.id,
      kernel.clock.now(),
    ])
  }
}
export const handoverJobs: readonly Job[] = [{ name: 'workflow.handover', everyMinutes: 1, runLong: runHandovers }]
