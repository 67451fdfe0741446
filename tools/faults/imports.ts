import { randomUUID } from 'node:crypto'
import type { Ground } from './ground.ts'
import { clientOf, insist } from './writers.ts'

/** What the directory must hold when an import is through. */
export interface Imported {
  id: string
  prefix: string
  rows: number
  people: number
  posts: number
  faulty: number
}

/** Every fifth person has a second post, every fiftieth row a fault. */
const fileOf = (prefix: string, rows: number): { text: string; people: number; posts: number; faulty: number } => {
  const lines = ['姓名,工号,手机,单位,科室,任职类型,职务']
  let [people, posts, faulty] = [0, 0, 0]
  for (let no = 1; no <= rows; no++) {
    if (no % 50 === 0) {
      lines.push(`齐误,${prefix}${no},123,博兴县水利局,,主职,科员`)
      faulty++
    } else if (no % 6 === 0) {
      lines.push(`齐入,${prefix}${no - 1},,县政府办公室,文电科,兼职,联络员`)
      posts++
    } else {
      lines.push(`齐入,${prefix}${no},,博兴县水利局,农村供水科,主职,科员`)
      people++
      posts++
    }
  }
  return { text: `${lines.join('\r\n')}\r\n`, people, posts, faulty }
}

/** Imports one file after the other, each to its end, whatever is killed meanwhile. */
export const startImports = (ground: Ground, rows: number) => {
  const client = clientOf(ground)
  const finished: Imported[] = []
  let isOver = false
  let applied = 0
  const ended = async (id: string): Promise<string> => {
    for (;;) {
      const { value: run } = await insist(ground, () => client.importDetail({ id }))
      applied = run.applied
      if (run.state !== 'checking' && run.state !== 'applying') return run.state
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const runOne = async (prefix: string): Promise<void> => {
    const { text, ...expected } = fileOf(prefix, rows)
    const file = new Blob([text])
    const { value } = await insist(ground, () =>
      client.uploadImport({ unitId: ground.units.home }, { file, fileName: `${prefix}.csv` }),
    )
    const { id } = value
    for (const [from, ask] of [
      ['uploaded', (key: string) => client.checkImport({ id }, { idempotencyKey: key })],
      ['checked', (key: string) => client.applyImport({ id, faulty: 'skip' }, { idempotencyKey: key })],
    ] as const) {
      const key = randomUUID()
      await insist(ground, () => ask(key))
      const state = await ended(id)
      if (state !== (from === 'uploaded' ? 'checked' : 'done')) throw new Error(`import ${prefix} ended ${state}`)
    }
    finished.push({ id, prefix, rows, ...expected })
  }
  const work = async (): Promise<void> => {
    for (let nth = 1; !isOver; nth++) await runOne(`I${nth}x`)
  }
  const working = work()
  working.catch(() => undefined)
  return {
    finished,
    /** rows of the import at work that are through */
    applied: () => applied,
    async stop() {
      isOver = true
      await working
    },
  }
}
