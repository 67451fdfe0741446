import { randomUUID } from 'node:crypto'
import { type Client, createClient } from '#kernel/web'
import { directoryApi } from '#platform/directory/contract'
import type { Ground } from './ground.ts'

/** One command that was asked for until it was acknowledged, always under the same idempotency key. */
export interface Acknowledged {
  staffNo: string
  personId: string
  rank: string
  /** how often it had to be asked again */
  repeats: number
}

export const clientOf = (ground: Ground): Client<typeof directoryApi> =>
  createClient(directoryApi, {
    base: ground.url,
    fetch: (input, init) => {
      const headers = new Headers(init?.headers)
      headers.set('authorization', `Bearer ${ground.token}`)
      return fetch(input, { ...init, headers, signal: AbortSignal.timeout(20_000) })
    },
  })

// What a killed server or database may answer; anything else is a defect and ends the run.
const isOutage = (error: unknown): boolean => {
  const { status = 0, code = '' } = error as { status?: number; code?: string }
  return status === 0 || status >= 500 || code === 'too-many'
}

/** Asks until there is an answer; a refusal that is no outage is thrown. */
export const insist = async <T>(ground: Ground, call: () => Promise<T>): Promise<{ value: T; repeats: number }> => {
  for (let repeats = 0; ; repeats++) {
    try {
      return { value: await call(), repeats }
    } catch (error) {
      if (!isOutage(error) || repeats > 500) throw error
      await ground.ready()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** Clerks at work: each makes people and changes them, one command after the other, until told to stop. */
export const startWriters = (ground: Ground, count: number) => {
  const client = clientOf(ground)
  const acknowledged: Acknowledged[] = []
  let isOver = false
  let issued = 0
  const work = async (): Promise<void> => {
    while (!isOver) {
      const staffNo = `W${++issued}`
      const [made, changed] = [randomUUID(), randomUUID()]
      const created = await insist(ground, () =>
        client.createPerson(
          {
            name: '齐工',
            staffNo,
            mobile: null,
            posts: [{ unitId: ground.units.water, kind: 'main' }],
            confirmed: true,
          },
          { idempotencyKey: made },
        ),
      )
      const { id, revision } = created.value
      const rank = '二级科员'
      const updated = await insist(ground, () =>
        client.updatePerson({ id, revision, rank }, { idempotencyKey: changed }),
      )
      acknowledged.push({ staffNo, personId: id, rank, repeats: created.repeats + updated.repeats })
    }
  }
  const workers = Array.from({ length: count }, work)
  const failed = Promise.all(workers)
  failed.catch(() => undefined)
  return {
    acknowledged,
    async stop() {
      isOver = true
      await failed
    },
  }
}
