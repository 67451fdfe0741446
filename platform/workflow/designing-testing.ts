import type { SystemCtx } from '#kernel/module'
import { startTestServer } from '#kernel/testing'
import { calendar } from '#platform/calendar'
import { directory } from '#platform/directory'
import { person, signInAs, unit } from '#platform/directory/testing'
import { forms } from '#platform/forms'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { tasks } from '#platform/tasks'
import type { Block, BlockProcess } from './contract/blocks.ts'
import { type Content, type Draft, designingApi } from './contract/designing.ts'
import type { UserStep } from './contract/graph.ts'
import { workflowApi } from './contract.ts'
import { userStep } from './engine/testing.ts'
import { workflow } from './index.ts'

/** A county's government office with a division, two who design processes for it, and a bureau beside it. */
const NAMES = ['clerk', 'chief', 'head', 'admin', 'second', 'stranger'] as const
export type Name = (typeof NAMES)[number]

const build = async (ctx: SystemCtx) => {
  const people = {} as Record<Name, string>
  const province = await unit(ctx, { name: '山东省', kind: 'region', level: 1 })
  const government = await unit(ctx, { name: '县政府办公室', parent: province.id, kind: 'government' })
  const division = await unit(ctx, { name: '文电科', parent: government.id, kind: 'division' })
  const bureau = await unit(ctx, { name: '县水利局', parent: province.id, kind: 'government' })
  const add = async (key: Name, name: string, at: string, leader = false): Promise<void> => {
    people[key] = (await person(ctx, { name, unit: at, leader })).id
  }
  await add('clerk', '周文清', division.id)
  await add('chief', '毕嘉禾', division.id, true)
  await add('head', '孙立岩', government.id, true)
  await add('admin', '林沐阳', government.id)
  await add('second', '高文博', government.id)
  await add('stranger', '刘梦瑶', bureau.id)
  return { people, office: government.id, papers: division.id, water: bureau.id }
}

export const step = (id: string, name: string, more: Partial<UserStep>): Block => ({
  id,
  name,
  type: 'approve',
  user: { ...userStep([]), operations: ['transfer'], ...more },
})
/** The chief decides; dear things go on to the head of the office, and the applicant is told. */
export const blocksOf = ({ key, name }: Pick<Draft, 'key' | 'name'>, more: Partial<BlockProcess> = {}): Content => ({
  kind: 'blocks',
  process: {
    format: 1,
    key,
    name,
    fields: ['金额'],
    start: { id: 'start', name: '开始' },
    blocks: [
      step('chief', '科室负责人审批', { handlers: [{ by: 'leader', levels: 1 }] }),
      {
        id: 'dear',
        name: '金额大小',
        type: 'choice',
        several: false,
        branches: [
          {
            id: 'yes',
            name: '大额',
            when: '金额 > 10000',
            blocks: [step('head', '单位负责人审批', { handlers: [{ by: 'leader', levels: 2 }] })],
          },
          { id: 'no', name: '', blocks: [] },
        ],
      },
      { id: 'told', name: '告知结果', type: 'copy', copy: { handlers: [{ by: 'starter' }] } },
      { id: 'end', name: '办结', type: 'stop' },
    ],
    ...more,
  },
})

export const code = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: { code?: string }) => error.code ?? String(error),
  )

export const startDesigning = async () => {
  const server = await startTestServer([calendar, search, directory, forms, identity, tasks, workflow])
  const { people, office, papers, water } = await server.system(build)
  const units: Partial<Record<Name, string>> = { admin: office, second: office, stranger: water }
  const tokens = {} as Record<Name, string>
  for (const key of NAMES) {
    const unitId = units[key]
    tokens[key] = await signInAs(server, people[key], unitId ? [{ role: 'unit-admin', scope: 'subtree', unitId }] : [])
  }
  const as = (name: Name) => server.client(designingApi, tokens[name])
  const cases = (name: Name) => server.client(workflowApi, tokens[name])
  const begin = async (name = '采购审批'): Promise<Draft> => {
    const { id } = await as('admin').createDraft({ unitId: office, from: { kind: 'blank', name } })
    return as('admin').draft({ id })
  }
  const drawn = async (name?: string): Promise<Draft> => {
    const draft = await begin(name)
    await as('admin').saveDraft({ id: draft.id, revision: draft.revision, content: blocksOf(draft) })
    return as('admin').draft({ id: draft.id })
  }
  return { server, people, office, papers, water, as, cases, begin, drawn }
}
