import type { EventDef } from '#kernel/contract'
import type { Query } from '#kernel/db'
import { newId } from '#kernel/ids'

export interface PendingEvent {
  id: string
  name: string
  payload: unknown
}

/** Parsed when it is emitted: a consumer never meets a shape that the contract does not name. */
export const pendingEvent = (event: EventDef, payload: unknown): PendingEvent => ({
  id: newId(),
  name: event.name,
  payload: event.schema.parse(payload),
})

/** Rows of the command's own transaction, in one statement. */
export const writeOutbox = (
  query: Query,
  events: readonly PendingEvent[],
  homeNode: string,
  now: Date,
): Promise<unknown> =>
  query(
    `insert into kernel.outbox (event_id, name, payload, home_node, created_at)
     select * from unnest($1::uuid[], $2::text[], $3::jsonb[], $4::text[], $5::timestamptz[])`,
    [
      events.map((event) => event.id),
      events.map((event) => event.name),
      events.map((event) => JSON.stringify(event.payload)),
      events.map(() => homeNode),
      events.map(() => now),
    ],
  )
