import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { Engine } from 'bpmn-engine'
import pg from 'pg'
import type { Query } from '#kernel/db'
import { withAdmin } from './cluster.ts'
import { rate } from './measure.ts'

/** The rows of one completion, written by one function of the database: what a completion costs when nobody has to think. */
const FUNCTION = `create or replace function public.bench_complete(given uuid, closes text, opens text, who uuid, at_unit uuid, new_state jsonb,
  given_command jsonb, new_log jsonb, detail jsonb, events jsonb[], answer bytea) returns void language plpgsql as $$
declare
  made uuid := gen_random_uuid();
  next_rev integer;
begin
  insert into kernel.command (account_id, key, endpoint, fingerprint, at) values (who, made, 'workflow.act', '\\x00', now());
  perform 1 from workflow.instance where id = given for update;
  update workflow.instance set state = new_state, rev = rev + 1, status = 'running', faulty = false, ended_at = null where id = given returning rev into next_rev;
  insert into workflow.history (instance_id, no, at, person_id, person_name, unit_name, what, node, outcome, opinion, command, log)
    values (given, next_rev, now(), who, '某同志', '文电科', 'complete', 'chief', 'agree', '同意。', given_command, new_log);
  update tasks.task set state = 'done', outcome = 'agree', closed_at = now() where source = 'workflow'
    and coalesce(source_id, '00000000-0000-0000-0000-000000000000') = '00000000-0000-0000-0000-000000000000' and external_id = closes and state = 'open';
  insert into tasks.task (id, person_id, unit_id, source, external_id, matter, title, summary, url, from_name, urgency, created_at)
    values (gen_random_uuid(), who, at_unit, 'workflow', opens, '三级审批', '试一件', '单位负责人审批', '/cases/' || given, '某同志', 'normal', now());
  insert into kernel.audit_intake (id, at, home_node, account_id, person_id, actor_name, session_id, request_id, address, action, title, kind, target_type, target_id, target_label, detail)
    values (gen_random_uuid(), now(), 'province', who, who, '某同志', made, made::text, '10.8.3.27', 'workflow.act', '办理', 'command', 'instance', given::text, '试一件', detail);
  insert into kernel.outbox (event_id, name, payload, home_node, created_at)
    select gen_random_uuid(), 'bench.done', event, 'province', now() from unnest(events) event;
  update kernel.command set response = answer where account_id = who and key = made;
end $$`

interface Sample {
  state: unknown
  command: unknown
  log: unknown
}

/** As many calls at a time as the platform has callers, on connections of their own; `cases` are instances nobody else touches. */
export const functionRate = async (
  url: string,
  query: Query,
  cases: readonly { id: string; person: string; unit: string; slot: string }[],
  width: number,
  ms: number,
): Promise<number> => {
  const [sample] = await query<Sample>(
    `select i.state, h.command, h.log from workflow.history h join workflow.instance i on i.id = h.instance_id
     where h.what = 'complete' and i.status = 'completed' order by h.at desc limit 1`,
  )
  if (!sample) throw new Error('nothing was completed yet')
  await withAdmin(url, (client) => client.query(FUNCTION))
  const pool = new pg.Pool({ connectionString: url, max: width })
  const texts = [JSON.stringify(sample.state), JSON.stringify(sample.command), JSON.stringify(sample.log)]
  const events = Array.from({ length: 3 }, () =>
    JSON.stringify({ instanceId: randomUUID(), personId: randomUUID(), source: 'workflow', externalId: randomUUID() }),
  )
  const detail = JSON.stringify({ input: sample.command })
  const answer = Buffer.concat([Buffer.from([1]), Buffer.alloc(160)])
  const rounds = new Map<number, number>()
  try {
    return await rate(
      async (at) => {
        const one = cases[at % cases.length]
        if (!one) throw new Error('no case')
        const round = rounds.get(at % cases.length) ?? 0
        rounds.set(at % cases.length, round + 1)
        const number = (turn: number) => `${one.id}/${one.slot}/${turn}`
        await pool.query({
          name: 'bench.complete',
          text: 'select public.bench_complete($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)',
          values: [one.id, number(round), number(round + 1), one.person, one.unit, ...texts, detail, events, answer],
        })
      },
      width,
      ms,
    )
  } finally {
    await pool.end()
  }
}

const SOURCE = `<?xml version="1.0" encoding="UTF-8"?>
<definitions id="d" xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="bench">
  <process id="approval" isExecutable="true">
    <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="chief"/>
    <userTask id="chief"/><sequenceFlow id="f2" sourceRef="chief" targetRef="head"/>
    <userTask id="head"/><sequenceFlow id="f3" sourceRef="head" targetRef="top"/>
    <userTask id="top"/><sequenceFlow id="f4" sourceRef="top" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>`

/** The same three steps in bpmn-engine, in memory: completions a second. */
export const bpmnEngineRate = async (width: number, ms: number): Promise<number> => {
  const cases = await rate(
    async () => {
      const listener = new EventEmitter()
      // What waits is answered at once: nobody reads, nobody thinks.
      listener.on('activity.wait', (activity: { signal(): void }) => activity.signal())
      const engine = new Engine({ name: 'bench', source: SOURCE })
      await new Promise<void>((resolve, reject) => {
        engine.once('end', () => resolve())
        engine.once('error', reject)
        void engine.execute({ listener }).catch(reject)
      })
    },
    width,
    ms,
  )
  return cases * 3
}
