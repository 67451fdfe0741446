import { z } from 'zod'
import { Day, defineEvent } from '#kernel/contract'

/** What others may react to. Payloads carry ids only: who needs more reads it, as of when the event arrives. */
export const unitChanged = defineEvent(
  'directory.unit-changed',
  z.object({ unitId: z.uuid(), what: z.enum(['created', 'updated', 'moved', 'abolished', 'restored']) }),
)
export const postChanged = defineEvent(
  'directory.post-changed',
  z.object({ postId: z.uuid(), personId: z.uuid(), unitId: z.uuid(), what: z.enum(['created', 'changed', 'ended']) }),
)
/** The main post is in another unit from now on. */
export const personMoved = defineEvent(
  'directory.person-moved',
  z.object({
    personId: z.uuid(),
    fromUnitId: z.uuid(),
    toUnitId: z.uuid(),
    day: Day,
    /** who took over what was open, when somebody was named */
    successorId: z.uuid().nullable(),
  }),
)
export const personLeft = defineEvent(
  'directory.person-left',
  z.object({
    personId: z.uuid(),
    status: z.enum(['left', 'retired']),
    day: Day,
    successorId: z.uuid().nullable(),
  }),
)
export const adminEvents = [unitChanged, postChanged, personMoved, personLeft] as const
