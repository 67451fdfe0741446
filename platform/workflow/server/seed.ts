import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { newId } from '#kernel/ids'
import type { Seed, SystemCtx } from '#kernel/module'
import { advance } from './advance.ts'
import type { Instance } from './decide.ts'
import { definitionByKey } from './definitions.ts'
import { EXAMPLES } from './examples.ts'
import { publishGraph, readGraph } from './publish.ts'

/** Those that need nothing of a form but what whoever starts them is asked. */
const PUT_OUT = ['limited.bpmn', 'three-steps.bpmn']

/** The example processes, put out by the province for everybody. */
export const seed = ({ run }: Seed): Promise<void> =>
  run(async (ctx) => {
    const [root] = await ctx.sql<{ id: string }>(
      'select id from directory.unit where parent_id is null and valid_to is null order by pre limit 1',
    )
    if (!root) return
    for (const file of PUT_OUT) {
      const xml = await readFile(path.join(EXAMPLES, file), 'utf8')
      await publishGraph(ctx, { xml, graph: await readGraph(xml), unitId: root.id })
    }
    await startCases(ctx)
  })

const demoCases = [
  {
    starter: 'clerk',
    process: 'three-steps',
    title: '购置会议室投影设备',
    values: { 事由: '三楼会议室投影仪已用八年，开会时看不清。', 金额: 8600 },
    submit: true,
  },
  {
    starter: 'clerk',
    process: 'three-steps',
    title: '修缮办公楼西侧雨水管',
    values: { 事由: '汛期漏水，拟请物业修缮。', 金额: 12000 },
    submit: false,
  },
] as const

/** Cases of the demo account, one waiting for the leader of the division, one still with its applicant. */
const startCases = async (ctx: SystemCtx): Promise<void> => {
  for (const { starter, process, title, values, submit } of demoCases) {
    const [who] = await ctx.sql<{ person: string; unit: string; name: string; unit_name: string }>(
      `select p.id as person, m.unit_id as unit, p.name, u.short_name as unit_name from directory.person p
       join directory.post m on m.person_id = p.id and m.kind = 'main' and m.valid_to is null join directory.unit u on u.id = m.unit_id
       where p.external_id = $1`,
      [`demo:${starter}`],
    )
    if (!who) return
    const by = { personId: who.person, name: who.name, unitName: who.unit_name }
    const handler = { person: who.person, unit: who.unit }
    const definition = await definitionByKey(ctx.sql, process, who.unit)
    const fresh: Instance = {
      id: newId(),
      definition,
      title,
      urgency: 'normal',
      rev: 0,
      state: null,
      parentId: null,
      parentToken: null,
    }
    const begun = await advance(ctx, fresh, { do: 'start', by: handler, values }, { by })
    const slot = Object.values(begun.state?.tokens ?? {})[0]?.step?.slots[0]?.id
    if (submit && slot)
      await advance(ctx, begun, { do: 'complete', slot, by: handler, outcome: 'submit' }, { by, opinion: '请审批。' })
  }
}
