import { expect, it } from 'vitest'
import { createLanes } from './lanes.ts'

const deferred = () => {
  let end: (error?: Error) => void = () => {}
  const promise = new Promise<void>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve())
  })
  return { promise, end }
}

it('runs as many as there are lanes, the others in order, and goes on after a failure', async () => {
  const lane = createLanes(2, 10)
  const works = Array.from({ length: 5 }, deferred)
  const begun: number[] = []
  const runs = works.map(({ promise }, at) =>
    lane(() => {
      begun.push(at)
      return promise
    }).catch((error: Error) => error.message),
  )
  await Promise.resolve()
  expect(begun).toEqual([0, 1])
  works[1]!.end(new Error('broken'))
  expect(await runs[1]).toBe('broken')
  expect(begun).toEqual([0, 1, 2])
  for (const { end } of works) end()
  await Promise.all(runs)
  expect(begun).toEqual([0, 1, 2, 3, 4])
  expect(await lane(async () => 'free again')).toBe('free again')
})

it('refuses what would wait too long', async () => {
  const lane = createLanes(1, 1)
  const first = deferred()
  const runs = [lane(() => first.promise), lane(async () => 'second')]
  await expect(lane(async () => 'third')).rejects.toMatchObject({ code: 'busy', status: 503 })
  first.end()
  expect(await runs[1]).toBe('second')
})
