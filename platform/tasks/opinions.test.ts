import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ink } from './contract.ts'
import { pruneDrafts } from './server/drafts.ts'
import { registerTestSource, startTaskServer, type TaskScene } from './testing.ts'

let scene: TaskScene
const seen = new Set<string>()
beforeAll(async () => {
  scene = await startTaskServer()
  registerTestSource('files', seen)
})
afterAll(() => scene.server.stop())

const code = (text: string) => expect.objectContaining({ code: text })
// one transparent pixel
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const ink: Ink = {
  width: 640,
  height: 240,
  strokes: [
    {
      min: 0.8,
      max: 3,
      points: [
        [10, 10.5, 0.5, 0],
        [40, 12, 0.6, 16],
      ],
    },
  ],
  png: PNG,
}
const note = (text = '现场情况') => new File([text], '现场情况.txt', { type: 'text/plain' })
const stored = (id: string) => scene.server.kernel.files.exists(id)

describe('phrases', () => {
  it('are one’s own, in one’s own order, and common ones until then', async () => {
    expect((await scene.as('clerk').phrases()).texts).toContain('同意。')
    await scene.as('clerk').setPhrases({ texts: ['请主办单位落实会签意见。', '同意。'] })
    expect(await scene.as('clerk').phrases()).toEqual({ texts: ['请主办单位落实会签意见。', '同意。'] })
    await scene.as('clerk').setPhrases({ texts: [] })
    expect(await scene.as('clerk').phrases()).toEqual({ texts: [] })
    expect((await scene.as('other').phrases()).texts).toContain('同意。')
    await expect(scene.as('clerk').setPhrases({ texts: ['好。', '好。'] })).rejects.toEqual(code('invalid'))
    await expect(
      scene.as('clerk').setPhrases({ texts: Array.from({ length: 31 }, (_, at) => `第 ${at} 条`) }),
    ).rejects.toEqual(code('invalid'))
  })
})

describe('the signature', () => {
  it('keeps its strokes for its owner alone, and its old picture goes', async () => {
    const signature = async () => {
      const [row] = await scene.server.sql<{ ink_file_id: string }>('select ink_file_id from tasks.signature')
      return row!.ink_file_id
    }
    await scene.as('clerk').setSignature({ ink })
    const first = await signature()
    const { png: _, ...strokes } = ink
    expect((await scene.as('clerk').signature()).signature).toMatchObject(strokes)
    expect(await scene.as('other').signature()).toEqual({ signature: null })
    await scene.as('clerk').setSignature({ ink })
    await scene.server.settled()
    expect([await stored(first), await stored(await signature())]).toEqual([false, true])
    await expect(scene.as('other').removeSignature()).rejects.toEqual(code('not-found'))
    await scene.as('clerk').removeSignature()
    expect(await scene.as('clerk').signature()).toEqual({ signature: null })
  })

  it('is a picture and nothing else, of a bearable size, and stands in no audit record', async () => {
    const html = Buffer.from('<script>alert(1)</script>').toString('base64')
    await expect(scene.as('clerk').setSignature({ ink: { ...ink, png: html } })).rejects.toEqual(
      code('file.type-not-allowed'),
    )
    await expect(scene.as('clerk').setSignature({ ink: { ...ink, png: '' } })).rejects.toEqual(code('invalid'))
    const points = Array.from({ length: 20_001 }, (): [number, number, number, number] => [1, 1, 1, 1])
    await expect(
      scene.as('clerk').setSignature({ ink: { ...ink, strokes: [{ min: 1, max: 2, points }] } }),
    ).rejects.toEqual(code('invalid'))
    await scene.as('clerk').setSignature({ ink })
    const [record] = await scene.server.sql<{ detail: unknown }>(
      "select detail from kernel.audit where action = 'tasks.setSignature' order by at desc limit 1",
    )
    expect(JSON.stringify(record)).not.toContain(PNG.slice(0, 20))
  })
})

const drafted = async (who: 'clerk' | 'other' = 'clerk') => {
  const { id } = await scene.as(who).draftOpinion()
  const file = await scene.as(who).attachToOpinion({ id }, { file: note() })
  await scene.as(who).setOpinionInk({ id, ink })
  return { id, file }
}

describe('a draft', () => {
  it('is its author’s: a stranger finds nothing to read, to add, to take away or to give', async () => {
    const { id, file } = await drafted()
    const stranger = scene.as('other')
    const task = await scene.open('other', { outcomes: ['同意'] })
    for (const work of [
      () => stranger.opinion({ id }),
      () => stranger.opinionInk({ id }),
      () => stranger.opinionFile({ id, fileId: file.id }),
      () => stranger.attachToOpinion({ id }, { file: note() }),
      () => stranger.detachFromOpinion({ id, fileId: file.id }),
      () => stranger.setOpinionInk({ id, ink: null }),
      () => stranger.complete({ id: task.id, outcome: '同意', extras: { draftId: id } }),
    ])
      await expect(work()).rejects.toEqual(code('not-found'))
    expect(await scene.as('clerk').opinion({ id })).toMatchObject({ handwritten: true, files: [file], keptAt: null })
    // the refusal took back the outcome with it
    expect((await stranger.task({ id: task.id })).state).toBe('open')
  })

  it('loses what is taken away, files and handwriting, for good', async () => {
    const { id, file } = await drafted()
    const [{ ink_file_id }] = (await scene.server.sql('select ink_file_id from tasks.opinion where id = $1', [id])) as [
      { ink_file_id: string },
    ]
    await scene.as('clerk').detachFromOpinion({ id, fileId: file.id })
    await scene.as('clerk').setOpinionInk({ id, ink: null })
    await scene.server.settled()
    expect([await stored(file.id), await stored(ink_file_id)]).toEqual([false, false])
    expect(await scene.as('clerk').opinion({ id })).toMatchObject({ handwritten: false, files: [] })
  })

  it('holds ten files, however many arrive at once', async () => {
    const { id } = await scene.as('clerk').draftOpinion()
    const sent = await Promise.allSettled(
      Array.from({ length: 12 }, (_, at) => scene.as('clerk').attachToOpinion({ id }, { file: note(`${at}`) })),
    )
    expect(sent.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
    expect((await scene.as('clerk').opinion({ id })).files).toHaveLength(10)
  })

  it('that was never given goes after a week, with its files; what was kept stays', async () => {
    const { id, file } = await drafted()
    const kept = await drafted()
    const task = await scene.open('clerk', { outcomes: ['同意'] })
    await scene.as('clerk').complete({ id: task.id, outcome: '同意', extras: { draftId: kept.id } })
    await scene.server.sql("update tasks.opinion set created_at = created_at - interval '8 days'")
    await scene.server.system((ctx) => pruneDrafts.run!(ctx, {}))
    await scene.server.settled()
    await expect(scene.as('clerk').opinion({ id })).rejects.toEqual(code('not-found'))
    expect([await stored(file.id), await stored(kept.file.id)]).toEqual([false, true])
  })
})

describe('what was given', () => {
  it('stands with the task and changes no more; who is mentioned gets it to read, once', async () => {
    const { id, file } = await drafted()
    const task = await scene.open('clerk', { outcomes: ['已核对'], title: '核对职务和电话', url: '/contacts' })
    const extras = { draftId: id, mentions: [scene.people.other, scene.people.other, scene.people.clerk] }
    await scene.as('clerk').complete({ id: task.id, outcome: '已核对', note: '有两处要改', extras })
    const { opinion } = await scene.as('clerk').task({ id: task.id })
    expect(opinion).toMatchObject({
      text: '有两处要改',
      handwritten: true,
      files: [{ name: '现场情况.txt' }],
      mentions: [{ personId: scene.people.other, name: '高文博' }],
    })
    const { rows } = await scene.as('other').readings({})
    expect(rows.map(({ title, url }) => [title, url])).toEqual([
      ['周文清在意见中提到了您：核对职务和电话', '/contacts'],
    ])
    expect((await scene.as('clerk').readings({})).rows).toEqual([])
    for (const work of [
      () => scene.as('clerk').setOpinionInk({ id, ink: null }),
      () => scene.as('clerk').detachFromOpinion({ id, fileId: file.id }),
      () => scene.as('clerk').attachToOpinion({ id }, { file: note() }),
    ])
      await expect(work()).rejects.toEqual(code('not-found'))
    // a task of one's own: even whoever is mentioned has no business with its files
    await expect(scene.as('other').opinionFile({ id, fileId: file.id })).rejects.toEqual(code('not-found'))
  })

  it('is open to whom its source lets read the case, and to nobody else', async () => {
    const { id, file } = await drafted()
    const foreign = await drafted()
    const task = await scene.open('clerk', { externalId: 'case-1/1' }, 'files')
    await scene.as('clerk').complete({ id: task.id, outcome: 'agree', note: '同意。', extras: { draftId: id } })
    await expect(scene.as('leader').opinion({ id })).rejects.toEqual(code('not-found'))
    seen.add('case-1')
    expect(await scene.as('leader').opinion({ id })).toMatchObject({ text: '同意。', handwritten: true })
    const answer = await scene.as('leader').opinionFile({ id, fileId: file.id })
    expect(await answer.text()).toBe('现场情况')
    expect((await scene.as('leader').opinionInk({ id })).headers.get('content-type')).toBe('image/png')
    // a file of another opinion does not come through the door of this one
    await expect(scene.as('leader').opinionFile({ id, fileId: foreign.file.id })).rejects.toEqual(code('not-found'))
    await expect(scene.as('leader').opinion({ id: foreign.id })).rejects.toEqual(code('not-found'))
  })

  it('mentions nobody who left, and then nothing of it happened', async () => {
    const task = await scene.open('clerk', { outcomes: ['同意'] })
    const extras = { mentions: [randomUUID()] }
    await expect(scene.as('clerk').complete({ id: task.id, outcome: '同意', extras })).rejects.toEqual(code('invalid'))
    expect((await scene.as('clerk').task({ id: task.id })).state).toBe('open')
  })
})
