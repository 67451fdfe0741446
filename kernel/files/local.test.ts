import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLocalFileStore, type FileStore } from './index.ts'

const MB = 1_048_576
const NOBODY = '01900000-0000-7000-8000-000000000000'
let root = ''
let store: FileStore

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'qitong-files-'))
  store = await createLocalFileStore(root)
})
afterEach(() => rm(root, { recursive: true, force: true }))

const put = (content: Uint8Array | string, options: Partial<Parameters<FileStore['put']>[1]> = {}) =>
  store.put(Readable.from([Buffer.from(content)]), { name: '附件.txt', maxBytes: MB, ...options })
const read = async (id: string, range?: { start: number; end?: number }) => buffer((await store.get(id, range)).stream)

/** Every file under the root, whatever folder. */
async function remains() {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}

describe('local file store', () => {
  it('gives back what it got and says what it is', async () => {
    const content = randomBytes(300_000)
    const chunks = Array.from({ length: 30 }, (_, at) => content.subarray(at * 10_000, (at + 1) * 10_000))
    const file = await store.put(Readable.from(chunks), { name: '../报告.bin', maxBytes: MB })
    expect(file).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{14}7/),
      name: '报告.bin',
      mediaType: 'application/octet-stream',
      size: 300_000,
      sha256: createHash('sha256').update(content).digest('hex'),
      sm3: createHash('sm3').update(content).digest('hex'),
    })
    const { file: found, stream, range } = await store.get(file.id)
    expect(found).toEqual(file)
    expect(range).toBeNull()
    expect(await buffer(stream)).toEqual(content)
    expect(await store.exists(file.id)).toBe(true)
  })

  it('survives a restart, and takes an empty file', async () => {
    const [text, empty] = [await put('通知'), await put('')]
    store = await createLocalFileStore(root)
    expect((await read(text.id)).toString()).toBe('通知')
    expect(empty).toMatchObject({ size: 0, mediaType: 'application/octet-stream' })
    expect(await read(empty.id)).toHaveLength(0)
  })

  it('keeps equal contents apart, so that each can be erased', async () => {
    const [one, two] = [await put('同文'), await put('同文')]
    expect(one.id).not.toBe(two.id)
    expect(one.sha256).toBe(two.sha256)
    await store.remove(one.id)
    expect(await store.exists(one.id)).toBe(false)
    expect((await read(two.id)).toString()).toBe('同文')
  })

  it('removes all of a file, and twice', async () => {
    const { id } = await put('x')
    await store.remove(id)
    await store.remove(id)
    expect(await remains()).toEqual([])
    await expect(store.get(id)).rejects.toMatchObject({ code: 'file.not-found' })
  })

  it.each([
    [{ start: 2, end: 4 }, '234', { start: 2, end: 4 }],
    [{ start: 7 }, '789', { start: 7, end: 9 }],
    [{ start: 0, end: 0 }, '0', { start: 0, end: 0 }],
    [{ start: 8, end: 99 }, '89', { start: 8, end: 9 }],
  ])('reads the part %j', async (asked, text, range) => {
    const { id } = await put('0123456789')
    const part = await store.get(id, asked)
    expect(part.range).toEqual(range)
    expect((await buffer(part.stream)).toString()).toBe(text)
  })

  it('refuses a part that is none', async () => {
    const { id } = await put('0123456789')
    for (const range of [
      { start: 10 },
      { start: -1 },
      { start: 5, end: 4 },
      { start: 0.5 },
      { start: 0, end: Number.NaN },
    ]) {
      await expect(store.get(id, range)).rejects.toMatchObject({ code: 'file.bad-range' })
    }
    const empty = await put('')
    await expect(store.get(empty.id, { start: 0 })).rejects.toMatchObject({ code: 'file.bad-range' })
  })

  it('knows no id that is none, and turns none into a path', async () => {
    for (const id of [NOBODY, '', '..', '../incoming', `${NOBODY}/../x`, NOBODY.toUpperCase().replace('0', 'A')]) {
      await expect(store.get(id)).rejects.toMatchObject({ code: 'file.not-found' })
      expect(await store.exists(id)).toBe(false)
      await store.remove(id)
    }
  })
})

describe('refusals leave nothing', () => {
  it('stops an endless upload at the cap and destroys its source', async () => {
    let sent = 0
    const endless = Readable.from(
      (function* () {
        for (;;) {
          sent += 1
          yield Buffer.alloc(65_536)
        }
      })(),
    )
    const attempt = store.put(endless, { name: 'a', maxBytes: MB })
    await expect(attempt).rejects.toMatchObject({ code: 'file.too-large', message: expect.stringContaining('1 MB') })
    expect(sent).toBeLessThan(100)
    expect(endless.destroyed).toBe(true)
    expect(await remains()).toEqual([])
  })

  it('takes exactly the cap and not one byte more', async () => {
    expect(await put('12345', { maxBytes: 5 })).toMatchObject({ size: 5 })
    await expect(put('123456', { maxBytes: 5 })).rejects.toMatchObject({ code: 'file.too-large' })
  })

  it('when the sender goes away', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('half')
        throw new Error('connection lost')
      })(),
    )
    await expect(store.put(broken, { name: 'a', maxBytes: MB })).rejects.toThrow('connection lost')
    expect(await remains()).toEqual([])
    expect(await readdir(join(root, 'incoming'))).toEqual([])
  })

  it('when the content is not what its name says', async () => {
    const html = '<html><script>alert(1)</script></html>'
    const attempt = put(html, { name: '照片.png', allowed: ['image/*', 'application/pdf'] })
    await expect(attempt).rejects.toMatchObject({ code: 'file.type-not-allowed' })
    expect(await remains()).toEqual([])
    expect(await put(html, { allowed: ['text/html'] })).toMatchObject({ mediaType: 'text/html; charset=utf-8' })
    expect(await put('%PDF-1.7\n', { allowed: ['image/*', 'application/pdf'] })).toMatchObject({
      mediaType: 'application/pdf',
    })
  })
})

describe('opening the store', () => {
  it('clears what a crash left, not what another process is writing', async () => {
    const dead = join(root, 'incoming', NOBODY)
    const alive = join(root, 'incoming', NOBODY.replace('01', '02'))
    for (const draft of [dead, alive]) {
      await mkdir(draft)
      await writeFile(join(draft, 'data'), 'half')
      await utimes(draft, 1, 1)
    }
    await utimes(join(dead, 'data'), 1, 1)
    await createLocalFileStore(root)
    expect(await readdir(join(root, 'incoming'))).toEqual([NOBODY.replace('01', '02')])
  })
})
