import { randomUUID } from 'node:crypto'
import type { Actor } from '#kernel/actor'
import { createServer, type Server } from '#kernel/app'
import { admit, type Call, execute } from '#kernel/calls'
import { readConfig } from '#kernel/config'
import type { InputOf } from '#kernel/contract'
import type { Kernel } from '#kernel/module'
import { asSystem } from '#kernel/system'
import { publishGraph, workflow } from '#platform/workflow'
import { type CaseFile, workflowApi } from '#platform/workflow/contract'
import { createDemoAccounts } from '../app/demo.ts'
import { modules } from '../app/modules.ts'
import { approval } from '../platform/workflow/testing.ts'
import { openCluster } from './cluster.ts'
import { platformEnv } from './stage.ts'

/** The platform in this process on a PostgreSQL that keeps what it says (fsync on), with a three-step approval put out to the whole province. */
export interface ProcessStage {
  server: Server
  kernel: Kernel
  adminUrl: string
  starters: readonly string[]
  stop(): Promise<void>
}

const people = new Map<string, Actor>()
/** A clerk as the session would name them; signing thousands in is not what is measured. */
const actorOf = (personId: string): Actor => {
  const known = people.get(personId)
  if (known) return known
  const actor: Actor = {
    accountId: randomUUID(),
    subject: 'public-servant',
    personId,
    name: '某同志',
    unitId: '',
    sessionId: randomUUID(),
    roles: new Set(['clerk']),
    permissions: new Set(['workflow:start', 'workflow:handle']),
    assurance: 2,
    verifiedAt: new Date(),
  }
  people.set(personId, actor)
  return actor
}

type Name = 'start' | 'act' | 'caseFile'
/** One call through the service's public face: permission, policy, input parsed, idempotency key, audit, output parsed; without HTTP. */
export const callAs = async <N extends Name>(
  kernel: Kernel,
  personId: string,
  name: N,
  input: InputOf<(typeof workflowApi)[N]>,
): Promise<unknown> => {
  const endpoint = workflowApi[name]
  const call: Call = {
    kernel,
    endpoint,
    operation: `workflow.${name}`,
    handler: workflow.handlers?.[name] as Call['handler'],
    actor: actorOf(personId),
    input: undefined,
    requestId: randomUUID(),
    address: '10.8.3.27',
    agent: 'bench',
    idempotencyKey: name === 'caseFile' ? undefined : randomUUID(),
  }
  const { masked } = await admit(call)
  call.input = endpoint.input.parse(input)
  return (await execute(call, masked)).output
}

/** 审批：科室负责人、单位负责人、单位负责人签发，三步都按发起人的单位当时查人。 */
const threeSteps = () => {
  const graph = approval()
  const { head } = graph.nodes
  if (!head?.user) throw new Error('the approval has a step for the head of the office')
  const top = structuredClone(head)
  top.id = 'top'
  top.name = '单位负责人签发'
  graph.nodes.top = { ...top, in: ['head>top'], out: ['top>end'] }
  head.out = ['head>top']
  delete graph.flows['head>end']
  graph.flows['head>top'] = { id: 'head>top', name: '', from: 'head', to: 'top' }
  graph.flows['top>end'] = { id: 'top>end', name: '', from: 'top', to: 'end' }
  const { end } = graph.nodes
  if (end) end.in = ['top>end']
  return { ...graph, key: 'bench-approval', name: '三级审批' }
}

export const openProcessStage = async (count: number): Promise<ProcessStage> => {
  const cluster = await openCluster(count, { durable: true })
  const env = platformEnv(cluster.adminUrl, cluster.folder)
  const server = await createServer({
    config: readConfig(env),
    version: 'bench',
    modules,
    adminUrl: cluster.adminUrl,
  })
  const { kernel } = server
  await createDemoAccounts(kernel)
  await server.listen()
  const { query } = kernel.database
  const [root] = await query<{ id: string }>('select id from directory.unit where parent_id is null limit 1')
  await asSystem(kernel, (ctx) => publishGraph(ctx, { xml: '<xml/>', graph: threeSteps(), unitId: root?.id ?? '' }))
  const starters = await query<{ id: string }>(
    `select p.id from directory.person p join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null and not m.leader
     where p.status = 'active' order by p.id limit 400`,
  )
  return {
    server,
    kernel,
    adminUrl: cluster.adminUrl,
    starters: starters.map(({ id }) => id),
    async stop() {
      await server.stop()
      await cluster.stop()
    },
  }
}

export interface Step {
  person: string
  slot: string
}
/** Who has which slot of a case that this person starts: the same for each case of theirs. */
export const stepsOf = async ({ kernel }: ProcessStage, starter: string): Promise<Step[] | undefined> => {
  const file = (await callAs(kernel, starter, 'start', { process: 'bench-approval', title: '试一件' })) as CaseFile
  const steps: Step[] = []
  for (let at = 0; at < 3; at++) {
    const [row] = await kernel.database.query<{
      state: { tokens: Record<string, { step?: { slots: { id: string; person: string; state: string }[] } }> }
    }>('select state from workflow.instance where id = $1', [file.id])
    const slot = Object.values(row?.state.tokens ?? {})
      .flatMap(({ step }) => step?.slots ?? [])
      .find(({ state }) => state === 'open')
    // A unit too small for two leaders above one another is left out.
    if (!slot) return undefined
    steps.push({ person: slot.person, slot: slot.id })
    await callAs(kernel, slot.person, 'act', { id: file.id, act: { do: 'complete', slot: slot.id, outcome: 'agree' } })
  }
  const [ended] = await kernel.database.query<{ status: string }>(
    'select status from workflow.instance where id = $1',
    [file.id],
  )
  return ended?.status === 'completed' ? steps : undefined
}
