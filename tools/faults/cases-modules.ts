import { on } from '#kernel/module'
import { calendar } from '#platform/calendar'
import { directory } from '#platform/directory'
import { forms } from '#platform/forms'
import { identity } from '#platform/identity'
import { search } from '#platform/search'
import { tasks } from '#platform/tasks'
import { registerService, workflow } from '#platform/workflow'
import { instanceAdvanced } from '#platform/workflow/contract'

// A service step that leaves a mark each time its transaction stands: once for each visit, or an effect was lost or doubled.
registerService('faults.mark', async (ctx, { instanceId }) => {
  await ctx.sql('insert into faults.mark (instance_id) values ($1)', [instanceId])
  return {}
})
/** Somebody who subscribes: a row for each event it is handed, so that one handed over twice, or never, is seen. */
const hears = on(instanceAdvanced, 'faults.hear', async (ctx, { instanceId, rev }) => {
  await ctx.sql('insert into faults.heard (instance_id, rev) values ($1, $2)', [instanceId, rev])
})

export const caseModules = [
  calendar,
  search,
  directory,
  forms,
  identity,
  tasks,
  { ...workflow, on: [...(workflow.on ?? []), hears] },
]

/** What those two write to: made once, by the owner of the database. */
export const CASE_TABLES = `create schema faults; grant usage on schema faults to qitong_app;
  create table faults.mark (instance_id uuid not null); grant select, insert on faults.mark to qitong_app;
  create table faults.heard (instance_id uuid not null, rev integer not null); grant select, insert on faults.heard to qitong_app`
