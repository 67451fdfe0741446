import path from 'node:path'
import { parseArgs } from 'node:util'
import { createServer } from '#kernel/app'
import { ConfigError, readConfig } from '#kernel/config'
import { ensureDatabase } from '#kernel/migrate'
import { startPostgres } from '#kernel/postgres'
import { modules } from '../app/modules.ts'
import { progressBar } from '../app/progress.ts'
import { version } from '../app/version.ts'
import { runProvince } from '../platform/directory/province/load.ts'

// npm run province -- --people 1400000 --seed 1 [--database-url postgres://…] [--replace]

function readArguments() {
  const { values } = parseArgs({
    options: {
      people: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
      'database-url': { type: 'string' },
      replace: { type: 'boolean', default: false },
    },
  })
  const people = Number(values.people)
  const seed = Number(values.seed)
  if (!Number.isInteger(people) || people < 500 || people > 5_000_000)
    throw new ConfigError('--people 应为 500 至 5000000 之间的整数。')
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) throw new ConfigError('--seed 应为非负整数。')
  return { people, seed, url: values['database-url'], replace: values.replace }
}

async function main(): Promise<void> {
  const { people, seed, url, replace } = readArguments()
  const config = readConfig(process.env)
  const bar = progressBar()
  const given = url ?? config.DATABASE_URL
  const postgres = given
    ? undefined
    : await startPostgres({ dir: path.resolve(config.DATA_DIR, 'postgres'), onProgress: bar.step })
  try {
    const adminUrl = given ?? (await ensureDatabase(postgres!.url, 'qitong'))
    const server = await createServer({
      config,
      version,
      modules,
      adminUrl,
      onProgress: (name) => bar.step(`迁移 ${name}`),
    })
    try {
      await runProvince(adminUrl, {
        people,
        seed,
        replace,
        keys: server.kernel.keys,
        progress: bar.progress,
      })
    } finally {
      await server.stop()
    }
    bar.end()
    console.log(`已装入演示省：${people.toLocaleString('zh-CN')} 人，种子 ${seed}。人员均为虚构。`)
  } finally {
    await postgres?.stop()
  }
}

main().catch((error: Error) => {
  console.error(/\p{Script=Han}/u.test(error.message) ? error.message : error)
  process.exitCode = 1
})
