import type { SystemCtx } from '#kernel/module'
import { startTestServer } from '#kernel/testing'
import { calendar } from '#platform/calendar'
import { directory } from '#platform/directory'
import { person, signInAs, unit } from '#platform/directory/testing'
import { forms } from '#platform/forms'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { tasks } from '#platform/tasks'
import type { Graph } from './contract/graph.ts'
import { type CaseFile, workflowApi } from './contract.ts'
import { graphOf, userStep } from './engine/testing.ts'
import { publishGraph, workflow } from './index.ts'

/** clerk applies, the chief of the division and the head of the office approve */
export const approval = (): Graph => {
  const chief = { ...userStep([]), handlers: [{ by: 'leader' as const, levels: 1 }] }
  const head = { ...userStep([]), handlers: [{ by: 'leader' as const, levels: 2 }] }
  return graphOf(
    {
      start: { kind: 'start' },
      chief: { kind: 'user', name: '科室负责人审批', user: chief },
      head: { kind: 'user', name: '单位负责人审批', user: head },
      end: { kind: 'end' },
    },
    ['start>chief', 'chief>head', 'head>end'],
  )
}

/**
 * What is killed at while it runs: 会签 by all of them, a service that leaves a mark, a decision that may send it back; then at the same time
 * a step of the starter and a process of its own, and a copy to the starter.
 */
export const faultGraphs = (signers: string[]): Graph[] => {
  const by = (persons: string[]) => [{ by: 'person' as const, persons }]
  const starter = { ...userStep([]), handlers: [{ by: 'starter' as const }] }
  const whole = graphOf(
    {
      start: { kind: 'start' },
      sign: { kind: 'user', name: '会签', user: { ...userStep([], { way: 'all-of' }), handlers: by(signers) } },
      mark: { kind: 'service', service: { handler: 'faults.mark', input: [], output: [], retries: 3 } },
      decide: { kind: 'user', name: '决定', user: { ...userStep([]), handlers: by(signers.slice(0, 1)) } },
      fork: { kind: 'parallel' },
      give: { kind: 'user', name: '领取', user: starter, forks: ['fork'] },
      call: { kind: 'call', call: { process: 'faults-child', input: [], output: [] }, forks: ['fork'] },
      join: { kind: 'parallel' },
      copy: { kind: 'send', copy: { handlers: [{ by: 'starter' }] } },
      end: { kind: 'end' },
    },
    [
      ...['start>sign', 'sign>mark', 'mark>decide', 'decide>fork', 'fork>give', 'fork>call'],
      ...['give>join', 'call>join', 'join>copy', 'copy>end'],
    ],
  )
  const child = graphOf(
    { start: { kind: 'start' }, check: { kind: 'user', name: '核实', user: starter }, end: { kind: 'end' } },
    ['start>check', 'check>end'],
  )
  return [
    { ...child, key: 'faults-child', name: '核实' },
    { ...whole, key: 'faults', name: '会签' },
  ]
}

/** An office with a division, its leaders and administrator, and a bureau beside it whose people have no part in its cases. */
export const startOffice = async () => {
  const server = await startTestServer([calendar, search, directory, forms, identity, tasks, workflow])
  const people = {} as Record<'clerk' | 'chief' | 'head' | 'other' | 'admin' | 'stranger' | 'waterAdmin', string>
  const units = { root: '', office: '', papers: '', water: '' }
  await server.system(async (ctx: SystemCtx) => {
    units.root = (await unit(ctx, { name: '山东省', kind: 'region', level: 1 })).id
    units.office = (await unit(ctx, { name: '县政府办公室', parent: units.root, kind: 'government' })).id
    units.papers = (await unit(ctx, { name: '文电科', parent: units.office, kind: 'division' })).id
    units.water = (await unit(ctx, { name: '县水利局', parent: units.root, kind: 'government' })).id
    const add = async (key: keyof typeof people, name: string, at: string, leader = false): Promise<void> => {
      people[key] = (await person(ctx, { name, unit: at, leader })).id
    }
    await add('clerk', '周文清', units.papers)
    await add('chief', '毕嘉禾', units.papers, true)
    await add('head', '孙立岩', units.office, true)
    await add('other', '高文博', units.papers)
    await add('admin', '林沐阳', units.office)
    await add('stranger', '刘梦瑶', units.water, true)
    await add('waterAdmin', '于海波', units.water)
  })
  const grants = (unitId: string) => [{ role: 'unit-admin', scope: 'subtree', unitId }] as const
  const tokens = {} as typeof people
  for (const [key, id] of Object.entries(people) as [keyof typeof people, string][])
    tokens[key] = await signInAs(
      server,
      id,
      key === 'admin' ? [...grants(units.office)] : key === 'waterAdmin' ? [...grants(units.water)] : [],
    )
  const as = (name: keyof typeof people) => server.client(workflowApi, tokens[name])
  return {
    server,
    people,
    units,
    as,
    /** of the session, for what is fetched without a client */
    token: (name: keyof typeof people): string => tokens[name],
    /** a version of the process under this key; its id */
    publish: (key: string, graph: Graph, unitId = units.root): Promise<string> =>
      server.system((ctx) =>
        publishGraph(ctx, { xml: '<xml/>', graph: { ...graph, key, name: `流程 ${key}` }, unitId }),
      ),
    async complete(name: keyof typeof people, { id }: { id: string }, outcome = 'agree'): Promise<CaseFile> {
      const { mine } = await as(name).caseFile({ id })
      await as(name).act({ id, act: { do: 'complete', slot: mine?.slot ?? '', outcome } })
      return as(name).caseFile({ id })
    },
  }
}
/** The code of a refusal, or `accepted`. */
export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: { code?: string }) => error.code ?? String(error),
  )
