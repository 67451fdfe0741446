import pg from 'pg'

const NAME = 'qitong'

/** The platform's own database in an embedded server; answers the migrator's connection to it. */
export const ensureDatabase = async (serverUrl: string): Promise<string> => {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [NAME])
    if (!rowCount) await client.query(`create database ${NAME}`)
  } finally {
    await client.end()
  }
  const url = new URL(serverUrl)
  url.pathname = `/${NAME}`
  return url.toString()
}
