/** For 2 cores and 24 GiB; a larger machine overrides them in postgresql.conf or with ALTER SYSTEM. */
const defaults: Record<string, string> = {
  shared_buffers: '512MB',
  effective_cache_size: '4GB',
  work_mem: '16MB',
  maintenance_work_mem: '256MB',
  max_connections: '100',
  wal_level: 'replica',
  wal_compression: 'on',
  min_wal_size: '256MB',
  max_wal_size: '4GB',
  checkpoint_completion_target: '0.9',
  synchronous_commit: 'on',
  random_page_cost: '1.1',
  effective_io_concurrency: '64',
  jit: 'off',
  timezone: 'Asia/Shanghai',
  log_timezone: 'Asia/Shanghai',
  log_line_prefix: '%m [%p] ',
  log_min_duration_statement: '1s',
  lc_messages: 'C',
}

/** The text of qitong.conf; throws on a name that is no setting name, since it would be read as another line. */
export function renderSettings(settings: Record<string, string>, fsync: boolean): string {
  const durability = fsync ? {} : { fsync: 'off', full_page_writes: 'off' }
  const lines = Object.entries({ ...defaults, ...durability, ...settings }).map(([name, value]) => {
    if (!/^[a-z][a-z0-9_.]*$/.test(name) || /[\r\n\0]/.test(value)) throw new TypeError(`Bad setting ${name}`)
    return `${name} = '${value.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`
  })
  return `# Written by the server at each start; change postgresql.conf instead\n${lines.join('\n')}\n`
}
