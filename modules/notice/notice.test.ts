import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTable } from '#kernel/tabular'
import { post } from '#platform/directory/testing'
import { searchApi } from '#platform/search/contract'
import { ATTACHMENTS } from './contract.ts'
import { jobs } from './server/jobs.ts'
import { type NoticeServer, notices, refusal, startNoticeServer } from './testing.ts'

let scene: NoticeServer
let make: ReturnType<typeof notices>
beforeAll(async () => {
  scene = await startNoticeServer()
  make = notices(scene)
})
afterAll(() => scene.server.stop())

const titles = async (who: 'clerk' | 'reader' | 'stranger', input = {}) =>
  (await scene.as(who).inbox(input)).rows.map((row) => row.title)
const text = (content: string) => ({ file: new Blob([content]), fileName: '附件.txt' })

describe('the way of a notice', () => {
  it('leads from a draft through approval to its readers', async () => {
    const { as } = scene
    const draft = await make.draft({ title: '寒潮值守要求' })
    expect(draft).toMatchObject({ state: 'draft', unitName: '县政府办公室', authorName: '周文清', unread: false })
    expect(draft.can).toMatchObject({ edit: true, submit: true, publish: false })
    const pending = await as('clerk').submit(draft)
    expect(pending.can).toMatchObject({ edit: false, publish: false })
    expect((await as('leader').open({ id: draft.id })).can).toMatchObject({ publish: true, sendBack: true })
    expect(await titles('reader')).not.toContain('寒潮值守要求')
    const published = await as('leader').publish(pending)
    expect(published).toMatchObject({ state: 'published', publishedAt: scene.server.clock.now().toISOString() })
    expect(await titles('reader')).toContain('寒潮值守要求')
  })

  it('goes back to its author with the reason, and comes again', async () => {
    const { as } = scene
    const returned = await as('leader').sendBack({ ...(await make.pending()), reason: '请写明时间。' })
    expect(returned).toMatchObject({ state: 'returned', reason: '请写明时间。' })
    const edited = await as('clerk').edit({ ...returned, body: '请于周五前报送。', audience: [scene.places.water.id] })
    expect(edited).toMatchObject({ state: 'returned', body: '请于周五前报送。', audience: [{ name: '县水利局' }] })
    expect(await as('clerk').submit(edited)).toMatchObject({ state: 'pending', reason: null })
  })

  it('is withdrawn: readers learn that and why, no longer what it said', async () => {
    const { as } = scene
    const draft = await make.draft({ title: '说错了的通知' })
    const file = await as('clerk').attach({ id: draft.id }, text('名单'))
    const published = await as('leader').publish(await as('clerk').submit(draft))
    await as('leader').withdraw({ ...published, reason: '时间有误。' })
    expect(await as('reader').open({ id: draft.id })).toMatchObject({
      state: 'withdrawn',
      title: '说错了的通知',
      reason: '时间有误。',
      body: '',
      attachments: [],
      unread: false,
    })
    expect(await refusal(as('reader').attachment({ id: draft.id, fileId: file.id }))).toMatchObject({ status: 404 })
    expect((await as('clerk').open({ id: draft.id })).body).toBe('请各单位周知。')
    const row = (await as('reader').inbox({})).rows.find(({ id }) => id === draft.id)
    expect(row).toMatchObject({ withdrawn: true, unread: false })
  })

  it('is refused while something is missing, and says what', async () => {
    const { as } = scene
    const draft = await make.draft({ body: '', audience: [], expiresOn: '2026-11-19' })
    const error = await refusal(as('clerk').submit(draft))
    expect(error).toMatchObject({ status: 400, code: 'invalid' })
    expect(error.errors.map(({ path }) => path)).toEqual(['body', 'audience', 'expiresOn'])
  })

  it('stays within the county of its unit', async () => {
    for (const audience of [[scene.places.province.id], [scene.places.water.id, scene.places.otherOffice.id]]) {
      const error = await refusal(make.draft({ audience }))
      expect(error).toMatchObject({ status: 400, errors: [{ path: 'audience' }] })
    }
  })

  it('refuses a second publication, a step out of order and a stale revision', async () => {
    const { as } = scene
    const pending = await make.pending()
    const both = await Promise.allSettled([as('leader').publish(pending), as('leader').publish(pending)])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await refusal(as('leader').publish(pending))).toMatchObject({ status: 409, code: 'notice.state' })
    expect(await refusal(as('clerk').edit({ ...pending, audience: [] }))).toMatchObject({ code: 'notice.state' })
    const draft = await make.draft()
    await as('clerk').edit({ ...draft, title: '改过一次', audience: [] })
    expect(await refusal(as('clerk').edit({ ...draft, title: '又改', audience: [] }))).toMatchObject({ code: 'stale' })
  })

  it('tells other modules once that it is out', async () => {
    const pending = await make.pending()
    await scene.as('leader').publish(pending)
    await scene.server.settled()
    const [row] = await scene.server.sql<{ n: number }>(
      "select count(*)::int as n from kernel.consumed where consumer = 'notice.hint-published'",
    )
    const [out] = await scene.server.sql<{ n: number }>(
      'select count(*)::int as n from notice.notice where published_at is not null',
    )
    expect(row).toEqual(out)
  })
})

describe('the inbox', () => {
  let inbox: NoticeServer
  beforeAll(async () => {
    inbox = await startNoticeServer('2026-11-20T22:00:00+08:00')
  })
  afterAll(() => inbox.server.stop())
  const publish = async (title: string, content = {}) => {
    inbox.server.clock.advance(60_000)
    return notices(inbox).published({ title, ...content })
  }
  const read = async (input = {}) => {
    const rows: string[] = []
    let cursor: string | undefined
    do {
      const page = await inbox.as('reader').inbox({ ...input, cursor, limit: 2 })
      rows.push(...page.rows.map((row) => row.title))
      cursor = page.next ?? undefined
    } while (cursor)
    return rows
  }

  it('has the pinned on top, then the unread, then the rest, page by page', async () => {
    const { as } = inbox
    const [a, b] = [await publish('甲'), await publish('乙', { kind: 'circular' })]
    await publish('丙', { audience: [inbox.places.water.id, inbox.places.county.id] })
    await publish('丁', { audience: [inbox.places.papers.id] })
    for (const one of [a, a]) await as('reader').markRead({ id: one.id })
    expect(await read()).toEqual(['丙', '乙', '甲'])
    await as('leader').pin({ ...a, until: '2026-11-21' })
    expect(await read()).toEqual(['甲', '丙', '乙'])
    expect(await read({ unread: true })).toEqual(['丙', '乙'])
    expect(await read({ kind: 'circular' })).toEqual(['乙'])
    expect(await read({ q: '丙' })).toEqual(['丙'])
    expect(await as('reader').unread()).toEqual({ count: 2 })
    expect(await as('stranger').inbox()).toEqual({ rows: [], next: null })
    await as('reader').markRead({ id: b.id })
    expect(await as('reader').unread()).toEqual({ count: 1 })
  })

  it('keeps its order while what is on it is read', async () => {
    const first = await inbox.as('reader').inbox({ limit: 2 })
    await inbox.server.clock.advance(1000)
    for (const row of first.rows) await inbox.as('reader').markRead({ id: row.id })
    const second = await inbox.as('reader').inbox({ limit: 2, cursor: first.next! })
    const ids = [...first.rows, ...second.rows].map((row) => row.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(await refusal(inbox.as('reader').inbox({ cursor: 'rest~1' }))).toMatchObject({ status: 400 })
  })

  it('no longer asks for what has expired, and takes down what was pinned', async () => {
    const late = await publish('今天有效', { expiresOn: '2026-11-20' })
    await inbox.as('leader').pin({ ...late, until: '2026-11-20' })
    expect((await inbox.as('reader').inbox({})).rows[0]).toMatchObject({
      title: '今天有效',
      pinned: true,
      unread: true,
    })
    inbox.server.clock.set('2026-11-21T00:10:00+08:00')
    const row = (await inbox.as('reader').inbox({})).rows.find(({ id }) => id === late.id)
    expect(row).toMatchObject({ pinned: false, unread: false })
    expect(await inbox.as('reader').unread()).toEqual({ count: 0 })
    await inbox.server.system((ctx) => jobs[0]!.run!(ctx, {}))
    const pins = await inbox.server.sql(
      'select 1 from notice.audience where notice_id = $1 and pinned_until is not null',
      [late.id],
    )
    expect(pins).toEqual([])
  })

  it('is what the global search finds, by title', async () => {
    const find = async (who: 'reader' | 'clerk', q: string) =>
      (await inbox.server.client(searchApi, inbox.tokens[who]).search({ q })).groups.flatMap(({ items }) => items)
    expect(await find('reader', '今天')).toMatchObject([
      { title: '今天有效', kind: '通知', subtitle: '县政府办公室，2026年11月20日' },
    ])
    expect(await find('reader', '丁')).toEqual([])
  })

  it('follows people: a second post opens the notices of its unit', async () => {
    await inbox.server.system((ctx) => post(ctx, { person: inbox.people.stranger.id, unit: inbox.places.water.id }))
    expect((await inbox.as('stranger').inbox()).rows.map((row) => row.title)).toContain('甲')
  })
})

describe('readers', () => {
  it('are counted and named, each once, and listed in a file', async () => {
    const { as, server, people, places } = scene
    await server.system((ctx) => post(ctx, { person: people.reader.id, unit: places.office.id }))
    const { id } = await make.published({ title: '=阅读', audience: [places.county.id, places.water.id] })
    expect(await as('clerk').readCount({ id })).toEqual({ read: 0, unread: 5, estimated: false })
    await as('reader').markRead({ id })
    expect(await as('leader').readCount({ id })).toEqual({ read: 1, unread: 4, estimated: false })
    const done = await as('clerk').readers({ id, read: true })
    expect(done.rows).toEqual([
      {
        personId: people.reader.id,
        name: '刘梦瑶',
        unitName: '县水利局',
        title: '副科长',
        readAt: server.clock.now().toISOString(),
      },
    ])
    const first = await as('clerk').readers({ id, read: false, limit: 3 })
    const second = await as('clerk').readers({ id, read: false, limit: 3, cursor: first.next! })
    expect([...first.rows, ...second.rows].map((row) => row.name)).toEqual(['孙立岩', '周文清', '毕嘉禾', '高水清'])
    expect(second.next).toBeNull()

    for (const format of ['csv', 'xlsx'] as const) {
      const answer = await as('clerk').exportReaders({ id, format })
      const { writeFile, rm } = await import('node:fs/promises')
      const path = `${server.kernel.config.DATA_DIR}/readers.${format}`
      await writeFile(path, Buffer.from(await answer.arrayBuffer()))
      const table = await openTable(path)
      const rows: string[][] = []
      for await (const row of table.rows()) rows.push(row.cells)
      expect(table.header).toEqual(['姓名', '单位', '职务', '状态', '阅读时间'])
      expect(rows).toHaveLength(5)
      expect(rows.at(-1)).toEqual(['刘梦瑶', '县水利局', '副科长', '已读', '2026-11-20 09:42'])
      await table.close()
      await rm(path)
    }
    const exported = await server.sql("select 1 from kernel.audit where kind = 'export' and target_id = $1", [id])
    expect(exported).toHaveLength(2)
  })
})

describe('the readers of a very large audience', () => {
  it('are reckoned from the headcount of the directory', async () => {
    const { id } = await make.published()
    await scene.as('reader').markRead({ id })
    const { id: county } = scene.places.county
    await scene.server.sql('update directory.unit set people_total = 60000 where id = $1', [county])
    expect(await scene.as('clerk').readCount({ id })).toEqual({ read: 1, unread: 59_999, estimated: true })
  })
})

describe('attachments', () => {
  it('come with the notice, and go with its draft', async () => {
    const { as, server } = scene
    const draft = await make.draft()
    const file = await as('clerk').attach({ id: draft.id }, text('一、安排'))
    const gone = await as('clerk').attach({ id: draft.id }, text('二、名单'))
    await as('clerk').detach({ id: draft.id, fileId: gone.id })
    expect((await as('clerk').open({ id: draft.id })).attachments).toEqual([file])
    await as('leader').publish(await as('clerk').submit(draft))
    const answer = await as('reader').attachment({ id: draft.id, fileId: file.id })
    expect(await answer.text()).toBe('一、安排')

    const other = await make.draft()
    const orphan = await as('clerk').attach({ id: other.id }, text('草稿的附件'))
    await as('clerk').remove({ id: other.id, revision: other.revision })
    await server.settled()
    expect(await server.kernel.files.exists(orphan.id)).toBe(false)
    expect(await server.kernel.files.exists(gone.id)).toBe(false)
    expect(await server.kernel.files.exists(file.id)).toBe(true)
  })

  it('are shown in the browser only when that is harmless', async () => {
    const { as } = scene
    const { id } = await make.draft()
    const page = await as('clerk').attach({ id }, { file: new Blob(['<html><script>1</script>']), fileName: '图.png' })
    const plain = await as('clerk').attach({ id }, text('纯文本'))
    const kind = async (fileId: string) =>
      (await as('clerk').attachment({ id, fileId, inline: true })).headers.get('content-disposition')?.split(';')[0]
    expect([await kind(page.id), await kind(plain.id)]).toEqual(['attachment', 'inline'])
  })

  it('are twenty at most, also when two arrive at once', async () => {
    const { as, server } = scene
    const { id } = await make.draft()
    for (let n = 1; n < ATTACHMENTS; n++) await as('clerk').attach({ id }, text(`第 ${n} 份`))
    const both = await Promise.allSettled([
      as('clerk').attach({ id }, text('甲')),
      as('clerk').attach({ id }, text('乙')),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const kept = await server.sql<{ n: number }>(
      'select count(*)::int as n from notice.attachment where notice_id = $1',
      [id],
    )
    expect(kept).toEqual([{ n: ATTACHMENTS }])
  })

  it('cannot be changed once the notice is on its way', async () => {
    const { id } = await make.pending()
    expect(await refusal(scene.as('clerk').attach({ id }, text('迟到')))).toMatchObject({ code: 'notice.state' })
  })
})

describe('the managed list', () => {
  it('shows the author theirs and the publisher what is sent to them', async () => {
    const { as } = scene
    const draft = await make.draft({ title: '只有我看得到 100%_' })
    const pending = await make.pending({ title: '请领导审' })
    const mine = await as('clerk').managed({ state: 'draft', q: '100%_' })
    expect(mine.rows).toMatchObject([{ id: draft.id, state: 'draft' }])
    const unit = await as('leader').managed({ view: 'unit', state: 'pending' })
    expect(unit.rows.map((row) => row.id)).toContain(pending.id)
    const all: string[] = []
    for (let cursor: string | undefined; ; ) {
      const page = await as('leader').managed({ view: 'unit', limit: 3, cursor })
      all.push(...page.rows.map((row) => row.id))
      if (!page.next) break
      cursor = page.next
    }
    expect(new Set(all).size).toBe(all.length)
    expect(all).not.toContain(draft.id)
  })
})
