import type { SystemCtx } from '#kernel/module'
import { startTestServer } from '#kernel/testing'
import { directory } from '#platform/directory'
import { person, signInAs, unit } from '#platform/directory/testing'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { type Notice, type NoticeContent, noticeApi } from './contract.ts'
import { notice } from './index.ts'

/** A small county with its neighbours, and people who may do different things in it. */
const buildPlaces = async (ctx: SystemCtx) => {
  const province = await unit(ctx, { name: '山东省', kind: 'region', level: 1 })
  const city = await unit(ctx, { name: '滨州市', parent: province.id, kind: 'region', level: 2 })
  const county = await unit(ctx, { name: '博兴县', parent: city.id, kind: 'region', level: 3 })
  const office = await unit(ctx, { name: '县政府办公室', parent: county.id })
  const papers = await unit(ctx, { name: '文电科', parent: office.id, kind: 'division' })
  const water = await unit(ctx, { name: '县水利局', parent: county.id })
  const other = await unit(ctx, { name: '邹平市', parent: city.id, kind: 'region', level: 3 })
  const otherOffice = await unit(ctx, { name: '邹平市政府办公室', parent: other.id })
  return { province, city, county, office, papers, water, other, otherOffice }
}

const buildPeople = async (ctx: SystemCtx, places: Awaited<ReturnType<typeof buildPlaces>>) => ({
  clerk: await person(ctx, { name: '周文清', unit: places.papers.id, title: '副科长' }),
  colleague: await person(ctx, { name: '毕嘉禾', unit: places.papers.id }),
  leader: await person(ctx, { name: '孙立岩', unit: places.office.id, title: '主任', leader: true }),
  reader: await person(ctx, { name: '刘梦瑶', unit: places.water.id, title: '副科长' }),
  waterLeader: await person(ctx, { name: '高水清', unit: places.water.id, title: '局长', leader: true }),
  stranger: await person(ctx, { name: '林沐阳', unit: places.otherOffice.id }),
})

export const startNoticeServer = async (now?: string) => {
  const server = await startTestServer([directory, identity, search, notice], { now })
  const places = await server.system(buildPlaces)
  const people = await server.system((ctx) => buildPeople(ctx, places))
  const tokens = {
    clerk: await signInAs(server, people.clerk.id),
    colleague: await signInAs(server, people.colleague.id),
    leader: await signInAs(server, people.leader.id, [{ role: 'leader', scope: 'subtree', unitId: places.office.id }]),
    reader: await signInAs(server, people.reader.id),
    waterLeader: await signInAs(server, people.waterLeader.id, [
      { role: 'leader', scope: 'subtree', unitId: places.water.id },
    ]),
    stranger: await signInAs(server, people.stranger.id),
  }
  const as = (who?: keyof typeof tokens) => server.client(noticeApi, who && tokens[who])
  return { server, places, people, tokens, as }
}
export type NoticeServer = Awaited<ReturnType<typeof startNoticeServer>>

/** A notice on its way: drafted by the clerk, addressed to the county unless said otherwise. */
export const notices = ({ as, places }: Pick<NoticeServer, 'as' | 'places'>) => {
  let made = 0
  const draft = (content: Partial<NoticeContent> = {}): Promise<Notice> =>
    as('clerk').create({ title: `通知 ${++made}`, body: '请各单位周知。', audience: [places.county.id], ...content })
  const pending = async (content?: Partial<NoticeContent>) => as('clerk').submit(await draft(content))
  const published = async (content?: Partial<NoticeContent>) => as('leader').publish(await pending(content))
  return { draft, pending, published }
}

export const refusal = (
  work: Promise<unknown>,
): Promise<{ status: number; code: string; errors: { path: string }[] }> =>
  work.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: { status: number; code: string; errors: { path: string }[] }) => error,
  )
