import { expect, it } from 'vitest'
import { runFaults } from '../../tools/faults/run.ts'

// One run for both faults: starting a cluster costs more than a dozen kills.
it('kill -9 of the server and of the database, ten times each, during imports and commands: nothing is lost, nothing is done twice', async () => {
  const result = await runFaults({ faults: ['server', 'database'], kills: 10, rows: 2000, writers: 2 })
  expect(result.faults).toEqual([])
  expect(result.kills.server).toBeGreaterThanOrEqual(10)
  expect(result.kills.database).toBeGreaterThanOrEqual(10)
  expect(result.duringImport).toBeGreaterThanOrEqual(10)
  expect(result.commands).toBeGreaterThan(0)
  expect(result.imports).toBeGreaterThan(0)
}, 600_000)
