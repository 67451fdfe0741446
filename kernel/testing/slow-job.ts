import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '#kernel/ids'
import type { Job, ModuleDef } from '#kernel/module'
import { probeModule } from './probe.ts'

/** Notes its beginning and its end with the process that ran it, however long the database is away, and fails the first time when told to. */
const slow: Job = {
  name: 'probe.slow',
  async runLong({ database: { query } }, { name, ms = 0, fails = false }) {
    const note = (what: string) =>
      query('insert into probe.thing (id, name) values ($1, $2)', [newId(), `${String(name)} ${what} ${process.pid}`])
    await note('begun')
    await sleep(Number(ms))
    if (fails) {
      const begun = await query('select 1 from probe.thing where name like $1', [`${String(name)} begun %`])
      if (begun.length === 1) throw new Error('it was told to fail')
    }
    while (!(await note('done').catch(() => undefined))) await sleep(100)
  },
}

export const slowModule = async (): Promise<ModuleDef> => ({ ...(await probeModule()), jobs: [slow] })
