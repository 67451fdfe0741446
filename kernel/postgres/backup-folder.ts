import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { BackupError } from './errors.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const relation = { schema: z.string().min(1), name: z.string().min(1) }

/** What a backup holds by rows: enough to fill the same migrations on another major version. */
export const DumpManifest = z.object({
  format: z.literal('qitong-dump-1'),
  createdAt: z.iso.datetime(),
  appVersion: z.string(),
  serverVersion: z.string(),
  /** `module/name#checksum` of every applied migration. */
  migrations: z.array(z.string()),
  tables: z.array(
    z.object({
      ...relation,
      columns: z.array(z.string()).min(1),
      rows: z.int().nonnegative(),
      file: z.string().regex(/^\d+\.copy\.zst$/),
      sha256,
    }),
  ),
  /** how tables are made that no migration makes; a backup of before they were kept has none */
  grown: z.array(z.object({ ...relation, statements: z.array(z.string().min(1)).min(1) })).default([]),
  partitions: z.array(
    z.object({
      ...relation,
      parentSchema: z.string(),
      parent: z.string(),
      bound: z.string(),
      key: z.string().nullable(),
    }),
  ),
  sequences: z.array(z.object({ ...relation, last: z.string().regex(/^-?\d+$/), called: z.boolean() })),
})
export type DumpManifest = z.infer<typeof DumpManifest>

/** What a physical backup holds: the files of a cluster that was recovered and stopped cleanly. */
export const PhysicalManifest = z.object({
  format: z.literal('qitong-physical-1'),
  createdAt: z.iso.datetime(),
  appVersion: z.string(),
  serverVersion: z.string(),
  files: z.array(
    z.object({
      path: z.string().refine((path) => !path.startsWith('/') && !path.split('/').includes('..')),
      sha256,
    }),
  ),
})
export type PhysicalManifest = z.infer<typeof PhysicalManifest>

const AnyManifest = z.discriminatedUnion('format', [DumpManifest, PhysicalManifest])

/**
 * Fills `<to>.partial` and renames it to `to` once `fill` returned the manifest, so a folder of that name is always whole.
 * Personal data is in it: only its owner may read it. Throws `backup_target_exists`, `backup_target_full`.
 */
export async function writeBackup<M extends DumpManifest | PhysicalManifest>(
  to: string,
  fill: (folder: string) => Promise<M>,
): Promise<M> {
  const target = resolve(to)
  const present = await readdir(target).catch(() => [])
  if (present.length > 0)
    throw new BackupError('backup_target_exists', `${target} 不是空文件夹：请为这次备份指定一个新的文件夹。`)
  const partial = `${target}.partial`
  await rm(partial, { recursive: true, force: true })
  try {
    await mkdir(partial, { recursive: true, mode: 0o700 })
    const manifest = await fill(partial)
    const text = `${JSON.stringify(manifest, null, 1)}\n`
    const hash = createHash('sha256').update(text).digest('hex')
    await writeFile(join(partial, 'manifest.json'), text, { mode: 0o600, flush: true })
    await writeFile(join(partial, 'manifest.json.sha256'), `${hash}  manifest.json\n`, { mode: 0o600, flush: true })
    await syncFolder(partial)
    await rmdir(target).catch(() => {})
    await rename(partial, target)
    await syncFolder(dirname(target))
    return manifest
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new BackupError('backup_target_full', `${dirname(target)} 所在磁盘已满：请清理后重新备份。`, {
        cause: error,
      })
    throw error
  }
}

/** The manifest of a backup, after every file in it was read and matched; throws `backup_unreadable`, `backup_damaged`. */
export async function verifyBackup(from: string): Promise<DumpManifest | PhysicalManifest> {
  const folder = resolve(from)
  const manifest = await readManifest(folder)
  const files =
    manifest.format === 'qitong-dump-1'
      ? manifest.tables.map(({ file, sha256 }) => ({ path: file, sha256 }))
      : manifest.files
  for (const { path, sha256 } of files)
    if ((await hashFile(join(folder, path)).catch(() => '')) !== sha256) throw damaged(join(folder, path))
  return manifest
}

async function readManifest(folder: string): Promise<DumpManifest | PhysicalManifest> {
  try {
    const text = await readFile(join(folder, 'manifest.json'), 'utf8')
    const [hash] = (await readFile(join(folder, 'manifest.json.sha256'), 'utf8')).split(' ')
    if (createHash('sha256').update(text).digest('hex') !== hash) throw damaged(join(folder, 'manifest.json'))
    return AnyManifest.parse(JSON.parse(text))
  } catch (error) {
    if (error instanceof BackupError) throw error
    throw new BackupError(
      'backup_unreadable',
      `${folder} 不是齐通的备份，或由更新的版本写成：请检查 --from 指定的文件夹。`,
      { cause: error },
    )
  }
}

function damaged(file: string): BackupError {
  return new BackupError('backup_damaged', `备份文件 ${file} 缺失或已损坏：请改用另一份备份，数据库没有改动。`)
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

// A rename is only kept over a power cut once its folder is written.
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path)
  await handle.sync()
  await handle.close()
}
