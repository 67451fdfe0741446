import { lt } from 'drizzle-orm'
import { dayOf } from '#kernel/clock'
import type { Job } from '#kernel/module'
import { audience, notice } from './schema.ts'

/** Pins that have run out are not shown anyway; taken down, they keep the index of pins as small as what is on top. */
const unpin: Job = {
  name: 'notice.unpin',
  daily: '00:05',
  async run({ db, now }) {
    await db
      .update(notice)
      .set({ pinnedUntil: null })
      .where(lt(notice.pinnedUntil, dayOf(now)))
    await db
      .update(audience)
      .set({ pinnedUntil: null })
      .where(lt(audience.pinnedUntil, dayOf(now)))
  },
}

export const jobs = [unpin]
