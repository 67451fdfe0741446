import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { v7 } from 'uuid'
import { safeFileName } from './name.ts'
import { sniffMediaType } from './sniff.ts'
import { type ByteRange, FileError, type FileStore, type PutOptions, type StoredFile } from './store.ts'

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const HOUR = 3_600_000

/**
 * Files in a local folder, which several processes may share. Each file is a folder of its own (`data` and `meta.json`), built under
 * `incoming/` and moved into place by one rename: a reader or a crash sees all of it or nothing. Uploads that have not grown for
 * `staleMs` (one hour) when the store opens are remains of a crash and are removed.
 */
export async function createLocalFileStore(root: string, { staleMs = HOUR } = {}): Promise<FileStore> {
  const incoming = join(root, 'incoming')
  await mkdir(incoming, { recursive: true, mode: 0o700 })
  await removeStale(incoming, Date.now() - staleMs)
  return {
    put: (source, options) => put(root, incoming, source, options),
    async get(id, range) {
      // An id is checked before it becomes a path.
      if (!ID.test(id)) throw notFound()
      return get(placeOf(root, id), range)
    },
    async remove(id) {
      if (ID.test(id)) await remove(placeOf(root, id), join(incoming, `${id}.removed`))
    },
    exists: async (id) => ID.test(id) && doesExist(placeOf(root, id)),
  }
}

async function put(
  root: string,
  incoming: string,
  source: AsyncIterable<Uint8Array>,
  options: PutOptions,
): Promise<StoredFile> {
  const id = v7()
  const draft = join(incoming, id)
  await mkdir(draft, { mode: 0o700 })
  try {
    const data = join(draft, 'data')
    const measured = await receive(source, data, options.maxBytes)
    const mediaType = await sniffMediaType(data)
    refuseUnlisted(mediaType, options.allowed)
    const file: StoredFile = { id, name: safeFileName(options.name), mediaType, ...measured }
    await writeFile(join(draft, 'meta.json'), JSON.stringify(file), { flag: 'wx', mode: 0o600, flush: true })
    await flushFolder(draft)
    await moveIntoPlace(root, draft, placeOf(root, id))
    return file
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
}

async function receive(source: AsyncIterable<Uint8Array>, path: string, maxBytes: number) {
  const sha256 = createHash('sha256')
  const sm3 = createHash('sm3')
  let size = 0
  const measure = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      size += chunk.byteLength
      // Written so that a cap that is no number refuses.
      if (!(size <= maxBytes)) throw tooLarge(maxBytes)
      sha256.update(chunk)
      sm3.update(chunk)
      yield chunk
    }
  }
  await pipeline(source, measure, createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }))
  return { size, sha256: sha256.digest('hex'), sm3: sm3.digest('hex') }
}

// The fan-out is by the last digits of a UUIDv7: its first ones are the clock and would put a whole day into one folder.
function placeOf(root: string, id: string): string {
  return join(root, id.slice(-2), id.slice(-4, -2), id)
}

async function moveIntoPlace(root: string, draft: string, place: string): Promise<void> {
  const shelf = dirname(place)
  const isNew = (await mkdir(shelf, { recursive: true, mode: 0o700 })) !== undefined
  await rename(draft, place)
  await flushFolder(shelf)
  if (isNew) {
    await flushFolder(dirname(shelf))
    await flushFolder(root)
  }
}

async function get(place: string, range?: ByteRange) {
  const file = await readMeta(place)
  const part = range ? within(range, file.size) : null
  const handle = await open(join(place, 'data')).catch(missing)
  return { file, stream: handle.createReadStream(part ?? {}), range: part }
}

async function readMeta(place: string): Promise<StoredFile> {
  return JSON.parse(await readFile(join(place, 'meta.json'), 'utf8').catch(missing))
}

function within({ start, end = Number.POSITIVE_INFINITY }: ByteRange, size: number): Required<ByteRange> {
  const last = Math.min(end, size - 1)
  if (!Number.isSafeInteger(start) || start < 0 || !Number.isSafeInteger(last) || start > last) {
    throw new FileError('file.bad-range', '请求的文件范围无效，请重新下载整个文件。')
  }
  return { start, end: last }
}

// Moved aside first, so that no reader meets half a file.
async function remove(place: string, aside: string): Promise<void> {
  try {
    await rename(place, aside)
  } catch (error) {
    if (isMissing(error)) return
    throw error
  }
  await flushFolder(dirname(place))
  await rm(aside, { recursive: true, force: true })
}

async function doesExist(place: string): Promise<boolean> {
  try {
    await stat(place)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

async function removeStale(incoming: string, before: number): Promise<void> {
  for (const entry of await readdir(incoming)) {
    const path = join(incoming, entry)
    const folder = await stat(path).catch(() => undefined)
    const data = await stat(join(path, 'data')).catch(() => undefined)
    const touched = Math.max(folder?.mtimeMs ?? 0, data?.mtimeMs ?? 0)
    if (touched < before) await rm(path, { recursive: true, force: true })
  }
}

// A rename is durable only when its folder is: fsync(2).
async function flushFolder(path: string): Promise<void> {
  const handle = await open(path)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function refuseUnlisted(mediaType: string, allowed: readonly string[] | undefined): void {
  const type = mediaType.split(';', 1)[0]!
  const family = `${type.split('/', 1)[0]}/*`
  if (!allowed || allowed.includes(type) || allowed.includes(family)) return
  throw new FileError(
    'file.type-not-allowed',
    `这里不能上传此类文件（按内容识别为 ${type}），请换成允许的格式后重新上传。`,
  )
}

function tooLarge(maxBytes: number): FileError {
  const limit = maxBytes >= 1_048_576 ? `${Math.floor(maxBytes / 1_048_576)} MB` : `${Math.floor(maxBytes / 1_024)} KB`
  return new FileError('file.too-large', `文件超过 ${limit} 的上限，请压缩或拆分后重新上传。`)
}

function notFound(): FileError {
  return new FileError('file.not-found', '文件不存在或已被删除，请刷新页面后重试。')
}

function missing(error: unknown): never {
  throw isMissing(error) ? notFound() : error
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
