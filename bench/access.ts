import { createHash } from 'node:crypto'
import type { AccessRequest } from '#kernel/module'
import { createEngine } from '../platform/access/server/engine.ts'
import { compile } from '../platform/access/server/policy.ts'
import { handlers } from '../platform/directory/server/handlers.ts'
import { asker, type Figure, median, quantile, rounded } from './measure.ts'
import { record } from './record.ts'
import { openStage, type Stage } from './stage.ts'

const ROUNDS = 5
const WIDTH = 2
const TURN = 10
const POLICIES = 50
const DECISIONS = 25_000
const WARM = 500
/** of each side before it is measured: after so many calls V8 has compiled what a server does all day */
const WARM_CALLS = 3000
const CALIBRATION = 200
const WORK_MS = 0.3

/** Fifty policies of the kinds a province writes: by role, module, label, zone, hour and device. */
const manyPolicies = (): string =>
  Array.from({ length: POLICIES }, (_, at) =>
    at === 0
      ? '@id("base") permit(principal, action, resource);'
      : `@id("p${at}") @outcome("${at % 3 === 0 ? 'mask' : 'step-up'}") @reason("第 ${at} 条。")
forbid(principal in Role::"role-${at % 12}", action == Action::"${at % 2 === 0 ? 'read' : 'command'}", resource in Module::"module-${at % 9}")
when { context.zone == "internet" && context.minute >= ${480 + at} && resource.label == "sensitive" && !context.fresh };`,
  ).join('\n')

const requestOf = (stage: Stage, at: number): AccessRequest => ({
  actor: stage.clerk.actor,
  operation: `module-${at % 9}.operation-${at}`,
  permission: 'directory:read',
  method: at % 2 === 0 ? 'GET' : 'POST',
  label: 'sensitive',
  address: '10.1.1.1',
  agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/108',
  at: new Date(),
})

const micros = (work: () => void): number => {
  const began = performance.now()
  work()
  return (performance.now() - began) * 1000
}

/** Hashing that takes as long as a decision: how long the machine itself lets such work wait. */
const hashing = (): (() => void) => {
  const bytes = Buffer.alloc(4096)
  const once = () => createHash('sha256').update(bytes).digest()
  const hashed = (times: number) => () => {
    for (let at = 0; at < times; at++) once()
  }
  // The quickest of twenty: the machine may have done something else meanwhile.
  const took = Math.min(...Array.from({ length: 20 }, () => micros(hashed(CALIBRATION))))
  return hashed(Math.ceil((WORK_MS * 1000) / (took / CALIBRATION)))
}

/** Decisions nobody took before, every request naming another operation, and in turn with them work of the same length. */
const fresh = (stage: Stage): [own: number[][], reference: number[][]] => {
  const compiled = compile(manyPolicies())
  if (!('set' in compiled)) throw new Error(JSON.stringify(compiled.faults))
  const input = {
    subject: 'public-servant' as const,
    roles: ['clerk', 'role-3', 'role-7'],
    assurance: 1,
    permission: 'directory:read',
    label: 'sensitive' as const,
    zone: 'internet' as const,
    registered: true,
    platform: 'windows' as const,
    patchDays: null,
    minute: 520,
    weekday: 3,
    workday: true,
    fresh: false,
    risk: 0,
  }
  const decideAt = (at: number) => {
    const { operation } = requestOf(stage, at)
    return () => void compiled.set.decide({ ...input, operation, action: at % 2 === 0 ? 'read' : 'command' })
  }
  for (let at = 0; at < WARM; at++) decideAt(at)()
  const work = hashing()
  const sides: [number[][], number[][]] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    const [own, reference] = [[] as number[], [] as number[]]
    for (let at = 0; at < DECISIONS / ROUNDS; at++) {
      own.push(micros(decideAt(WARM + round * DECISIONS + at)))
      reference.push(micros(work))
    }
    sides[0].push(own)
    sides[1].push(reference)
  }
  compiled.release()
  return sides
}

/** The same decision again, through the engine: session, zone, day, key and count included. */
const remembered = async (stage: Stage): Promise<number[]> => {
  const engine = createEngine(stage.server.kernel)
  const request = { ...requestOf(stage, 0), method: 'GET' as const }
  const times: number[] = []
  for (let at = 0; at < DECISIONS; at++) {
    const began = performance.now()
    await engine.decide(request)
    times.push((performance.now() - began) * 1000)
  }
  await engine.stop()
  return times.slice(DECISIONS / 10)
}

/** A signed-in call with session, permission and policy against the bare route with the same SQL. */
const route = async (stage: Stage, requests: number) => {
  const calls = { ranks: [await record(stage.server.kernel, stage.clerk.actor, handlers.ranks, {})] }
  const bare = asker([{ url: `${await stage.bare(calls)}/ranks/0` }], WIDTH)
  const headers = { cookie: `qt_session=${stage.clerk.token}`, 'accept-encoding': 'identity' }
  const own = asker([{ url: `${stage.platform.url}/api/directory/ranks`, headers }], WIDTH)
  const sides: [number[][], number[][]] = [[], []]
  for (const side of [own, bare]) await side.ask(WARM_CALLS)
  for (let round = 0; round < ROUNDS; round++) {
    for (const times of sides) times.push([])
    for (let done = 0; done < requests; done += TURN)
      for (const [at, side] of [own, bare].entries()) sides[at]![round]!.push(...(await side.ask(TURN)))
  }
  own.close()
  bare.close()
  return sides
}

export const access = async (people: number, requests: number): Promise<Figure[]> => {
  const stage = await openStage(people)
  try {
    const [[decided, hashed], known] = [fresh(stage), await remembered(stage)]
    const across = (rounds: number[][], q: number) => median(rounds.map((times) => quantile(times, q)))
    const [own, bare] = await route(stage, requests)
    const ratio = rounded(median(own.map((times, round) => median(times) / median(bare[round]!))))
    return [
      {
        name: '一次调用（会话、权限、策略）p50',
        value: rounded(median(own.map(median))),
        reference: rounded(median(bare.map(median))),
        ratio,
        target: '≤ 1.3',
        pass: ratio <= 1.3,
      },
      ...([0.5, 0.99] as const).map((q) => ({
        name: `${POLICIES} 条策略下一次新的决定 p${q * 100}`,
        value: rounded(across(decided, q), 1),
        reference: rounded(across(hashed, q), 1),
        ratio: rounded(across(decided, q) / across(hashed, q)),
        unit: 'µs',
        target: q === 0.99 ? '≤ 1000' : undefined,
        pass: q === 0.99 ? across(decided, q) <= 1000 : undefined,
      })),
      ...([0.5, 0.99] as const).map((q) => ({
        name: `记得的决定 p${q * 100}`,
        value: rounded(quantile(known, q), 1),
        unit: 'µs',
        target: q === 0.5 ? '≤ 20' : undefined,
        pass: q === 0.5 ? quantile(known, q) <= 20 : undefined,
      })),
    ]
  } finally {
    await stage.stop()
  }
}
