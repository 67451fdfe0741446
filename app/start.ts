import { createServer as createProbe } from 'node:net'
import path from 'node:path'
import { createServer } from '#kernel/app'
import { type Config, ConfigError, readConfig } from '#kernel/config'
import { ensureDatabase } from '#kernel/migrate'
import { startPostgres } from '#kernel/postgres'
import { createDemoAccounts, printDemoAccounts } from './demo.ts'
import { modules } from './modules.ts'
import { progressBar } from './progress.ts'
import { version } from './version.ts'
import { ensureWeb } from './web-build.ts'

/** `npm start`: one command from a clean clone to a running, seeded platform. */

const refuseOldNode = (): void => {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 24)
    throw new ConfigError(
      `需要 Node 24，现在是 ${process.versions.node}。请用 npm start 启动（依赖里带有 Node 24）；若已这样做，请重新运行 npm ci。`,
    )
}

const refuseTakenPort = ({ PORT, HOST }: Config): Promise<void> =>
  new Promise((resolve, reject) => {
    const probe = createProbe()
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new ConfigError(`端口 ${PORT} 已被占用。请停掉占用它的程序，或换一个端口：PORT=${PORT + 1} npm start`)
          : new ConfigError(`不能监听 ${HOST}:${PORT}：${error.message}`),
      ),
    )
    probe.listen(PORT, HOST, () => probe.close(() => resolve()))
  })

const main = async (): Promise<void> => {
  const began = performance.now()
  refuseOldNode()
  const config = readConfig(process.env)
  await refuseTakenPort(config)
  const bar = progressBar()
  const web = ensureWeb(bar.step)
  web.catch(() => undefined)
  const postgres = config.DATABASE_URL
    ? undefined
    : await startPostgres({ dir: path.resolve(config.DATA_DIR, 'postgres'), onProgress: bar.step })
  const adminUrl = config.DATABASE_URL ?? (await ensureDatabase(postgres!.url, 'qitong'))
  const stops: (() => Promise<void>)[] = postgres ? [() => postgres.stop()] : []
  try {
    const webFolder = web
    const server = await createServer({
      config,
      version,
      modules,
      adminUrl,
      webFolder: await webFolder,
      onProgress: (name) => bar.step(`迁移 ${name}`),
    })
    stops.unshift(() => server.stop())
    if (config.DEMO) await server.seed(bar.progress)
    const accounts = config.DEMO ? await createDemoAccounts(server.kernel) : undefined
    const address = await server.listen()
    bar.end()
    console.log(
      `\n齐通已启动（${((performance.now() - began) / 1000).toFixed(1)} 秒）：${config.PUBLIC_ORIGIN ?? address}`,
    )
    if (accounts) printDemoAccounts(accounts)
    stopOnSignal(stops)
  } catch (error) {
    for (const stop of stops) await stop().catch(() => undefined)
    throw error
  }
}

const stopOnSignal = (stops: readonly (() => Promise<void>)[]): void => {
  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    console.log('正在停止：先办完手头的请求……')
    for (const end of stops) await end()
    process.exit(0)
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

main().catch((error: Error & { code?: string }) => {
  // A message of ours says what to do; anything else is a bug and shows where it happened.
  const expected = error instanceof ConfigError || /[\u4e00-\u9fff]/.test(error.message)
  console.error(expected ? `\n${error.message}` : error)
  process.exitCode = 1
})
