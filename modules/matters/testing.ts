import { newId } from '#kernel/ids'
import type { SystemCtx } from '#kernel/module'
import { startTestServer } from '#kernel/testing'
import { calendar } from '#platform/calendar'
import { directory } from '#platform/directory'
import { person, signInAs, unit } from '#platform/directory/testing'
import { forms } from '#platform/forms'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { tasks } from '#platform/tasks'
import { workflow } from '#platform/workflow'
import { type Draft, Elements, LocalElements, mattersApi } from './contract.ts'
import { matters } from './index.ts'

/** A province in small: a department that keeps the catalogue, a city and two counties that carry it out. */
const buildPlaces = async (ctx: SystemCtx) => {
  const province = await unit(ctx, { name: '山东省', kind: 'region', level: 1 })
  const department = await unit(ctx, { name: '山东省水利厅', parent: province.id })
  const city = await unit(ctx, { name: '滨州市', parent: province.id, kind: 'region', level: 2 })
  const cityWater = await unit(ctx, { name: '滨州市水利局', parent: city.id, level: 2 })
  const county = await unit(ctx, { name: '博兴县', parent: city.id, kind: 'region', level: 3 })
  const water = await unit(ctx, { name: '博兴县水利局', parent: county.id, level: 3 })
  const supply = await unit(ctx, { name: '农村供水科', parent: water.id, kind: 'division', level: 3 })
  const police = await unit(ctx, { name: '山东省公安厅', parent: province.id })
  const other = await unit(ctx, { name: '邹平市', parent: city.id, kind: 'region', level: 3 })
  const otherWater = await unit(ctx, { name: '邹平市水利局', parent: other.id, level: 3 })
  return { province, department, police, city, cityWater, county, water, supply, other, otherWater }
}
type Places = Awaited<ReturnType<typeof buildPlaces>>

const buildPeople = async (ctx: SystemCtx, places: Places) => ({
  owner: await person(ctx, { name: '吕明月', unit: places.department.id, title: '副处长' }),
  second: await person(ctx, { name: '郁承川', unit: places.department.id, title: '处长', leader: true }),
  third: await person(ctx, { name: '单明远', unit: places.department.id, title: '副厅长', leader: true }),
  editor: await person(ctx, { name: '毕嘉禾', unit: places.water.id }),
  head: await person(ctx, { name: '高水清', unit: places.water.id, title: '局长', leader: true }),
  clerk: await person(ctx, { name: '刘梦瑶', unit: places.supply.id, title: '副科长' }),
  neighbour: await person(ctx, { name: '张伟东', unit: places.otherWater.id }),
})

const functionOf = async ({ sql }: SystemCtx, unitId: string): Promise<string> => {
  const id = newId()
  await sql(
    `insert into directory.statutory_function (id, unit_id, sort, content, basis, valid_from) values ($1, $2, 1, '管理水资源', '三定规定', '2020-01-01')`,
    [id, unitId],
  )
  return id
}

export const startMatters = async (now?: string) => {
  const server = await startTestServer([calendar, directory, forms, identity, search, tasks, workflow, matters], {
    now,
  })
  const places = await server.system(buildPlaces)
  const people = await server.system((ctx) => buildPeople(ctx, places))
  const functions = await server.system(async (ctx) => ({
    department: await functionOf(ctx, places.department.id),
    city: await functionOf(ctx, places.cityWater.id),
    water: await functionOf(ctx, places.water.id),
    other: await functionOf(ctx, places.otherWater.id),
  }))
  const admin = (unitId: string) => [{ role: 'unit-admin', scope: 'subtree', unitId }] as const
  const tokens = {
    owner: await signInAs(server, people.owner.id, admin(places.department.id)),
    second: await signInAs(server, people.second.id, admin(places.department.id)),
    third: await signInAs(server, people.third.id, admin(places.department.id)),
    editor: await signInAs(server, people.editor.id, admin(places.water.id)),
    head: await signInAs(server, people.head.id, [{ role: 'leader', scope: 'subtree', unitId: places.water.id }]),
    clerk: await signInAs(server, people.clerk.id),
    neighbour: await signInAs(server, people.neighbour.id, admin(places.otherWater.id)),
  }
  const as = (who?: keyof typeof tokens) => server.client(mattersApi, who && tokens[who])
  return { server, places, people, functions, tokens, as }
}
export type MattersServer = Awaited<ReturnType<typeof startMatters>>

/** A basic matter as complete as approval asks for. */
export const sound = (more: Partial<Elements> = {}): Elements =>
  Elements.parse({
    levels: [1, 2, 3],
    basis: [{ law: '中华人民共和国水法', clause: '第四十八条' }],
    serves: ['enterprise'],
    conditions: ['符合用水总量控制要求'],
    questions: [
      {
        key: 'kind',
        text: '办理哪一种',
        options: [
          { key: 'new', text: '首次申请' },
          { key: 'change', text: '变更' },
        ],
      },
      {
        key: 'source',
        text: '取用哪一种水',
        options: [
          { key: 'surface', text: '地表水' },
          { key: 'ground', text: '地下水' },
        ],
        when: { kind: ['new'] },
      },
    ],
    materials: [
      { key: 'form', name: '取水许可申请书' },
      { key: 'report', name: '水资源论证报告', when: { kind: ['new'] } },
      { key: 'well', name: '取水井成井资料', when: { kind: ['new'], source: ['ground'] } },
    ],
    steps: [{ key: 'accept', name: '受理' }],
    statutory: { days: 45, unit: 'working' },
    promised: { days: 15, unit: 'working' },
    limits: [{ when: { kind: ['change'] }, promised: { days: 5, unit: 'working' } }],
    results: [{ name: '取水许可证', kind: 'licence' }],
    consultation: { phone: '0531-00000000', address: '' },
    supervision: { phone: '12345', address: '' },
    ...more,
  })

/** Matters on their way, from the department's catalogue to the county. */
export const matterBuilder = ({ as, places, functions }: MattersServer) => {
  let made = 0
  const draft = async (elements = sound(), name = `取水许可 ${++made}`): Promise<Draft> => {
    const { id, revision } = await as('owner').create({
      name,
      kind: 'public',
      type: '01',
      unitId: places.department.id,
      functionId: functions.department,
    })
    return as('owner').save({ id, revision, elements })
  }
  const pending = async (elements?: Elements, name?: string): Promise<Draft> =>
    as('owner').submit(await draft(elements, name))
  const published = async (elements?: Elements, name?: string): Promise<Draft> =>
    as('second').approve(await pending(elements, name))
  const claimed = async (basic: Draft, local: Partial<LocalElements> = {}): Promise<Draft> => {
    const claim = await as('editor').claim({ id: basic.matterId, unitId: places.water.id, functionId: functions.water })
    const saved = await as('editor').save({
      id: claim.id,
      revision: claim.revision,
      local: LocalElements.parse({ address: '县水利局一楼', phone: '0543-0000000', ...local }),
    })
    return as('head').approve(await as('editor').submit(saved))
  }
  return { draft, pending, published, claimed }
}

interface Refusal {
  status: number
  code: string
  detail: string
  errors: { path: string; message: string }[]
}
export const refusal = (work: Promise<unknown>): Promise<Refusal> =>
  work.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: Refusal) => error,
  )
