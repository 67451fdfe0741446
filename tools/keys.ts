import { masterSecret } from '#kernel/app'
import { readConfig } from '#kernel/config'
import { passphraseProvider } from '#kernel/crypto'
import { openDatabase, transaction } from '#kernel/db'
import { rewrapKeys } from '#kernel/keystore'

// NEW_SECRET_KEY=… npm run keys -- change-secret : the data keys are wrapped by another master secret; the data itself stays as it is.

const MIN_LENGTH = 32
const [command] = process.argv.slice(2)
const next = process.env.NEW_SECRET_KEY ?? ''
const config = readConfig(process.env)

const refuse = (message: string): never => {
  console.error(message)
  process.exit(1)
}
if (command !== 'change-secret') refuse('用法：NEW_SECRET_KEY=新的主密钥 npm run keys -- change-secret')
if (next.length < MIN_LENGTH) refuse(`NEW_SECRET_KEY 至少 ${MIN_LENGTH} 个字符，请用随机值。`)
if (!config.DATABASE_URL)
  refuse('DATABASE_URL 没有设置：请给出数据库的迁移连接。内置数据库的主密钥在数据目录 secrets/master，不需要更换。')

const database = openDatabase({
  url: config.DATABASE_URL!,
  max: 2,
  statementTimeoutMs: config.STATEMENT_TIMEOUT_MS,
  onError: (error) => console.error(error.message),
})
try {
  const before = passphraseProvider(await masterSecret(config))
  const moved = await transaction(database.pool, ({ query }) => rewrapKeys(query, before, passphraseProvider(next)))
  console.log(`${moved} 把数据密钥已改由新的主密钥保管。请停下各进程，把 SECRET_KEY 换成新的值再启动，旧值销毁。`)
} catch (error) {
  refuse((error as Error).message)
} finally {
  await database.close()
}
