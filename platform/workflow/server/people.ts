import { askTogether, type Query } from '#kernel/db'
import type { HandlerRule, Node, UnitRule, UserStep } from '../contract/graph.ts'
import type { Env, Handler, Json, State } from '../engine/state.ts'
import { awayAt } from './absences.ts'

/** Where the looking starts: the instance as it is, and today for posts and duties. */
export interface Scene {
  sql: Query
  now: Date
  state: State
  env: Env
}
type Found = { person: string; unit: string; weight?: number }

/** A unit and what lies above it, the nearest first; regions of the tree hold no offices of their own. */
const ABOVE = `with recursive above as (
  select id, parent_id, superior_id, 0 as step from directory.unit where id = $1
  union all select u.id, u.parent_id, u.superior_id, a.step + 1 from directory.unit u join above a on u.id = a.parent_id where a.step < 12)`

const unitOf = async (scene: Scene, rule: UnitRule): Promise<string | undefined> => {
  const own = scene.state.starter.unit
  if (rule === 'starter') return own
  if (typeof rule === 'object') return unitIn('id' in rule ? rule.id : scene.state.values[rule.field])
  const [row] = await scene.sql<{ id: string }>(
    rule === 'line'
      ? `${ABOVE} select superior_id as id from above where superior_id is not null order by step limit 1`
      : `${ABOVE} select u.id from above a join directory.unit u on u.id = a.id where a.step > 0 and u.kind <> 'region' order by a.step limit 1`,
    [own],
    `workflow.unit.${rule}`,
  )
  return row?.id
}
/** What names no unit, a word that was typed where a unit is meant, finds nobody: the step's policy says what then. */
const unitIn = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && UUID.test(value) ? value : undefined
const idsOf = (value: Json | undefined): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string' && UUID.test(one)) as string[]
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

const byId = {
  name: 'workflow.people.ids',
  types: ['uuid'],
  text: `select p.id as person, m.unit_id as unit from directory.person p
    join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null where p.id = asked.p1 and p.status = 'active'`,
}
const byIds = async ({ sql }: Scene, ids: readonly string[]): Promise<Found[]> =>
  (await Promise.all(ids.map((id) => askTogether<Found>(sql, byId, [id])))).flat()

/** In the unit itself, else in the nearest one above that has somebody with this duty. */
const byDuty = async (scene: Scene, unit: string | undefined, duty: string): Promise<Found[]> =>
  unit
    ? scene.sql<Found>(
        `${ABOVE}, near as (select d.unit_id, a.step, d.person_id, d.sort from above a join directory.duty d on d.unit_id = a.id
           join directory.person p on p.id = d.person_id and p.status = 'active'
           where d.duty = $2 and d.valid_from <= $3::date and (d.valid_to is null or d.valid_to > $3::date))
         select person_id as person, unit_id as unit from near where step = (select min(step) from near) order by sort, person_id`,
        [unit, duty, scene.now],
        'workflow.people.duty',
      )
    : []

/** The first leader of the n-th unit at or above this one, passing by regions and whoever asks. */
const leaderOf = {
  name: 'workflow.people.leader',
  types: ['uuid', 'int', 'text'],
  text: `${ABOVE.replace('$1', 'asked.p1')}, led as (select distinct on (a.step) a.step, p.id as person, m.unit_id as unit from above a
      join directory.post m on m.unit_id = a.id and m.leader and m.valid_to is null
      join directory.person p on p.id = m.person_id and p.status = 'active' and p.id::text <> asked.p3
      order by a.step, m.sort, p.id)
    select person, unit from led order by step offset asked.p2 limit 1`,
}
const byLeader = ({ sql }: Scene, unit: string, levels: number, not = ''): Promise<Found[]> =>
  askTogether<Found>(sql, leaderOf, [unit, levels - 1, not])

const byPost = async (scene: Scene, unit: string | undefined, title: string): Promise<Found[]> =>
  unit
    ? scene.sql<Found>(
        `select p.id as person, m.unit_id as unit from directory.post m join directory.person p on p.id = m.person_id and p.status = 'active'
         where m.unit_id = $1 and m.title = $2 and m.valid_to is null order by m.sort, p.id`,
        [unit, title],
        'workflow.people.post',
      )
    : []

const byDivision = async (scene: Scene, unit: string | undefined, division: string, duty: string): Promise<Found[]> => {
  if (!unit) return []
  const [row] = await scene.sql<{ id: string }>(
    `${ABOVE} select d.id from above a join directory.unit d on d.parent_id = a.id
     where d.kind = 'division' and (d.name = $2 or d.short_name = $2) and d.valid_to is null order by a.step, d.sort limit 1`,
    [unit, division],
    'workflow.people.division',
  )
  if (!row) return []
  const held = duty ? await byDuty(scene, row.id, duty) : []
  return held.length > 0 ? held : byLeader(scene, row.id, 1)
}

const byRole = async (scene: Scene, unit: string | undefined, role: string): Promise<Found[]> =>
  unit
    ? scene.sql<Found>(
        `select distinct p.id as person, m.unit_id as unit from identity.grant g join identity.account a on a.id = g.account_id
         join directory.person p on p.id = a.person_id and p.status = 'active'
         join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
         where g.role = $2 and g.unit_id = $1 and g.valid_from <= $3::date and (g.valid_to is null or g.valid_to > $3::date) order by p.id limit 501`,
        [unit, role, scene.now],
        'workflow.people.role',
      )
    : []

const byRule = async (scene: Scene, node: Node, rule: HandlerRule): Promise<Found[]> => {
  const { state, env } = scene
  switch (rule.by) {
    case 'person':
      return byIds(scene, rule.persons)
    case 'starter':
      return byIds(scene, [state.starter.person])
    case 'choice':
      return byIds(
        scene,
        (state.choices[node.id] ?? []).map(({ person }) => person),
      )
    case 'field':
      return byIds(scene, idsOf(state.values[rule.field]))
    case 'expression':
      return byIds(scene, idsOf(env.evaluate(rule.expression, state.values)))
    case 'handler':
      return byIds(scene, state.trail.findLast((visit) => visit.node === rule.step && visit.by)?.by ?? [])
    case 'leader':
      return byLeader(scene, state.starter.unit, rule.levels)
    case 'line':
      return byDuty(scene, await unitOf(scene, 'line'), rule.duty)
    case 'post':
      return byPost(scene, await unitOf(scene, rule.unit), rule.title)
    case 'duty':
      return byDuty(scene, await unitOf(scene, rule.unit), rule.duty)
    case 'division':
      return byDivision(scene, await unitOf(scene, rule.unit), rule.division, rule.duty)
    case 'role':
      return byRole(scene, await unitOf(scene, rule.unit), rule.role)
  }
}

/** Nobody was found: whoever looks after the unit, or the leader above it; what the engine skips or holds is its own. */
const stead = async (scene: Scene, { nobody }: UserStep): Promise<Found[]> => {
  const { unit, person } = scene.state.starter
  if (nobody === 'superior') return byLeader(scene, unit, 2, person)
  if (nobody !== 'administrator') return []
  return scene.sql<Found>(
    `${ABOVE} select distinct on (a.step, p.id) p.id as person, m.unit_id as unit from above a join identity.grant g on g.unit_id = a.id and g.role = 'unit-admin'
       and g.valid_from <= $2::date and (g.valid_to is null or g.valid_to > $2::date)
     join identity.account c on c.id = g.account_id join directory.person p on p.id = c.person_id and p.status = 'active'
     join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null order by a.step, p.id limit 1`,
    [unit, scene.now],
    'workflow.people.administrator',
  )
}

/** 委托: whoever lent their office for these days is stood in for; both are on the record. */
const agentOf = {
  name: 'workflow.people.delegation',
  types: ['uuid', 'timestamptz', 'text'],
  text: `select d.agent_id as agent, m.unit_id as unit from workflow.delegation d
    join directory.person p on p.id = d.agent_id and p.status = 'active'
    join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null
    where d.principal_id = asked.p1 and d.ended_at is null and d.valid_from <= asked.p2 and d.valid_to > asked.p2
      and (d.processes = '{}' or asked.p3 = any(d.processes)) order by d.created_at desc limit 1`,
}
const standIn = ({ sql, now }: Scene, key: string, people: Handler[]): Promise<Handler[]> =>
  Promise.all(
    people.map(async (one) => {
      const [lent] = await askTogether<{ agent: string; unit: string }>(sql, agentOf, [one.person, now, key])
      return lent ? { ...one, person: lent.agent, unit: lent.unit, owner: one.person } : one
    }),
  )

/** The nearest leader at or above this unit who is there; undefined where all of them are away. */
const presentLeader = async (scene: Scene, { person, unit }: Handler, not?: string): Promise<Found | undefined> => {
  const above = await scene.sql<Found>(
    `${ABOVE} select p.id as person, m.unit_id as unit from above a join directory.post m on m.unit_id = a.id and m.leader and m.valid_to is null
       join directory.person p on p.id = m.person_id and p.status = 'active' and p.id <> $2 order by a.step, m.sort, p.id limit 20`,
    [unit, person],
    'workflow.people.leaders',
  )
  const away = await awayAt(
    scene.sql,
    above.map((one) => one.person),
    scene.now,
  )
  return above.find((one) => !away.has(one.person) && one.person !== not)
}

/**
 * 不在岗: whoever is away is stood in for as the step says, and stays on the record as the principal. Where nobody can stand in, it comes to
 * the person: late, never lost. `since` is when the first of them is back, where all are waited for.
 */
const whileAway = async (scene: Scene, step: UserStep, people: Handler[], meant: Away): Promise<Meant> => {
  const { absent } = step
  const agents = people.flatMap(({ person, owner }) => (owner ? [person] : []))
  const away = agents.length > 0 ? new Map([...meant, ...(await awayAt(scene.sql, agents, scene.now))]) : meant
  if (absent === 'keep' || away.size === 0) return { people }
  if (absent === 'wait') {
    const back = people.map(({ person }) => away.get(person)?.until)
    const all = back.every((until) => until !== undefined)
    return { people, ...(all && { since: Math.min(...(back as number[])) }) }
  }
  // Whoever may not decide on their own case does not by standing in either.
  const not = step.starter === 'keep' ? undefined : scene.state.starter.person
  const named = people.flatMap(({ person }) => away.get(person)?.substitute?.person ?? [])
  const awayToo = await awayAt(scene.sql, named, scene.now)
  const instead = async (one: Handler): Promise<Handler> => {
    const is = away.get(one.person)
    if (!is) return one
    const substitute = absent === 'substitute' ? is.substitute : undefined
    const found =
      substitute && !awayToo.has(substitute.person) && substitute.person !== one.owner && substitute.person !== not
        ? substitute
        : await presentLeader(scene, one, not)
    return found ? { ...one, ...found, owner: one.owner ?? one.person } : one
  }
  return { people: await Promise.all(people.map(instead)) }
}
type Away = Awaited<ReturnType<typeof awayAt>>
/** `since`: when their limit begins to run, if not now. */
interface Meant {
  people: Handler[]
  since?: number
}

/** 抄送: only those the definition names; nobody reads in their stead. */
const copiedTo = async (scene: Scene, node: Node): Promise<Handler[]> => {
  const found: Found[] = []
  for (const rule of node.copy?.handlers ?? []) found.push(...(await byRule(scene, node, rule)))
  return [...new Map(found.map((one) => [one.person, one])).values()]
}

/** 票签: the weight of the rule that found somebody, and whose rejection decides alone. */
const asVoters = async (scene: Scene, { way, veto }: UserStep, people: Found[]): Promise<Handler[]> => {
  if (way !== 'vote' || !veto) return people
  const holders = await scene.sql<{ person: string }>(
    `select distinct person_id as person from directory.duty where duty = $2 and person_id = any($1::uuid[])
       and valid_from <= $3::date and (valid_to is null or valid_to > $3::date)`,
    [people.map(({ person }) => person), veto, scene.now],
    'workflow.people.veto',
  )
  const vetoing = new Set(holders.map(({ person }) => person))
  return people.map((one) => (vetoing.has(one.person) ? { ...one, veto: true } : one))
}

/** Everybody the rules of the step find, each once; by several rules with the greatest weight. */
const foundBy = async (scene: Scene, node: Node, { handlers, way }: UserStep): Promise<Found[]> => {
  const found = new Map<string, Found>()
  for (const rule of handlers)
    for (const one of await byRule(scene, node, rule)) {
      const before = found.get(one.person)
      const weight = way === 'vote' ? Math.max(rule.weight ?? 1, before?.weight ?? 1) : 1
      found.set(one.person, { ...(before ?? one), ...(weight > 1 && { weight }) })
    }
  return [...found.values()]
}

/** Whoever handles this step now: every rule of it, its policies, standing delegations, and who stands in for those away. */
export const handlersOf = async (scene: Scene, node: Node, key: string): Promise<Meant> => {
  const step = node.user
  if (!step) return { people: await copiedTo(scene, node) }
  const found = await foundBy(scene, node, step)
  const { person, unit } = scene.state.starter
  const above = step.starter === 'superior' && found.some((one) => one.person === person)
  const replaced = above
    ? [...found.filter((one) => one.person !== person), ...(await byLeader(scene, unit, 1, person))]
    : found
  const unique = [...new Map(replaced.map((one) => [one.person, one])).values()]
  const meant = unique.length > 0 ? unique : await stead(scene, step)
  if (meant.length === 0) return { people: [] }
  const ids = step.absent === 'keep' ? [] : meant.map((one) => one.person)
  // One turn to the database for both.
  const [voters, away] = await Promise.all([
    standIn(scene, key, await asVoters(scene, step, meant)),
    awayAt(scene.sql, ids, scene.now),
  ])
  return whileAway(scene, step, voters, away)
}

/** The leader to whom an overdue step goes. */
export const leaderOver = (scene: Scene, people: readonly Handler[]): Promise<Handler[]> =>
  byLeader(scene, people[0]?.unit ?? scene.state.starter.unit, 1, people[0]?.person)
