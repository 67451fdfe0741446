import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
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

/** Puts the three-step approval out to the whole province. */
export const publishSteps = async (kernel: Kernel): Promise<void> => {
  const [root] = await kernel.database.query<{ id: string }>(
    'select id from directory.unit where parent_id is null limit 1',
  )
  await asSystem(kernel, (ctx) => publishGraph(ctx, { xml: '<xml/>', graph: threeSteps(), unitId: root?.id ?? '' }))
}

/** What an earlier run left to be done must not be done while this one is measured. */
const queueEmpty = async (kernel: Kernel): Promise<void> => {
  for (;;) {
    const [row] = await kernel.database.query<{ due: number }>(
      'select count(*)::int as due from graphile_worker.jobs where attempts < max_attempts and run_at <= now()',
    )
    if ((row?.due ?? 0) < 10) return
    console.error(`还有 ${row?.due} 个任务没有做完，等一等`)
    await sleep(5000)
  }
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
  await publishSteps(kernel)
  await queueEmpty(kernel)
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
const openSlot = async (kernel: Kernel, id: string): Promise<Step | undefined> => {
  const [row] = await kernel.database.query<{
    state: { tokens: Record<string, { step?: { slots: { id: string; person: string; state: string }[] } }> }
  }>('select state from workflow.instance where id = $1', [id])
  const slot = Object.values(row?.state.tokens ?? {})
    .flatMap(({ step }) => step?.slots ?? [])
    .find(({ state }) => state === 'open')
  return slot && { person: slot.person, slot: slot.id }
}

/** A case that two leaders handed to and fro until it has so many steps behind it; its id. */
export const longCase = async (kernel: Kernel, starter: string, steps: number): Promise<string> => {
  const { id } = (await callAs(kernel, starter, 'start', {
    process: 'bench-approval',
    title: '往返多次的一件',
  })) as CaseFile
  for (let at = 1; at < steps; at++) {
    const open = await openSlot(kernel, id)
    if (!open) throw new Error('nobody has the case')
    const { person, slot } = open
    await callAs(kernel, person, 'act', {
      id,
      act:
        at % 2 === 1
          ? { do: 'complete', slot, outcome: 'agree' }
          : { do: 'send-back', slot, to: 'chief', mode: 'redo' },
      opinion: at % 2 === 1 ? '同意，请审批。' : '材料还不齐，请补充后再报。',
    })
  }
  return id
}

/** Who has which slot of a case that this person starts: the same for each case of theirs. */
export const stepsOf = async (
  { kernel }: Pick<ProcessStage, 'kernel'>,
  starter: string,
): Promise<Step[] | undefined> => {
  const file = (await callAs(kernel, starter, 'start', { process: 'bench-approval', title: '试一件' })) as CaseFile
  const steps: Step[] = []
  for (let at = 0; at < 3; at++) {
    const slot = await openSlot(kernel, file.id)
    // A unit too small for two leaders above one another is left out.
    if (!slot) return undefined
    steps.push(slot)
    await callAs(kernel, slot.person, 'act', {
      id: file.id,
      act: { do: 'complete', slot: slot.slot, outcome: 'agree' },
    })
  }
  const [ended] = await kernel.database.query<{ status: string }>(
    'select status from workflow.instance where id = $1',
    [file.id],
  )
  return ended?.status === 'completed' ? steps : undefined
}
