import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type pg from 'pg'
import type { Actor } from '#kernel/actor'
import type { Handler } from '#kernel/module'
import { mattersApi } from '../modules/matters/contract.ts'
import { handlers } from '../modules/matters/server/handlers.ts'
import { withAdmin } from './cluster.ts'
import { mattersCases, withCatalogue } from './matters.ts'
import { TOTAL } from './matters-rows.ts'
import { record } from './record.ts'
import type { Stage } from './stage.ts'

const BIG = new Set(['matter', 'version', 'case_file', 'unit', 'person', 'post'])
/** Rows that one call may read of a table: a page of each of some hundred hits, not a county. */
const MOST_READ = 15_000

interface Node {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: Node[]
}
const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)]
const readOf = (node: Node): number =>
  Math.round(
    (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)) *
      node['Actual Loops'],
  )

interface Call {
  title: string
  actor: Actor
  handler: Handler<never>
  input: Record<string, unknown>
  permission: string
}
const call = (title: string, actor: Actor, name: keyof typeof handlers, input: Record<string, unknown> = {}): Call => ({
  title,
  actor,
  handler: handlers[name] as unknown as Handler<never>,
  input: { limit: 50, ...input },
  permission: mattersApi[name].permission,
})

/** Every read that a person waits for: of whoever looks, edits, approves, applies and handles. */
const callsOf = async (stage: Stage): Promise<Call[]> => {
  const { query: sql } = stage.server.kernel.database
  const { actor: clerk } = stage.clerk
  const { actor: editor } = await stage.who('bijiahe')
  const { actor: leader } = await stage.who('sunliyan')
  const id = async (text: string) => (await sql<{ id: string }>(text))[0]!.id
  const basic = await id(
    "select basic_id as id from (select basic_id, count(*) as n from matters.matter where layer = 'implementing' group by 1 order by 2 desc limit 1) t",
  )
  const open = await sql<{ id: string; matter_id: string }>(
    `select v.id, v.matter_id from matters.version v join matters.matter m on m.id = v.matter_id join directory.unit u on u.id = $1
     where v.state in ('draft', 'review') and m.county_no = u.county_no limit 1`,
    [editor.unitId],
  )
  // the clerk's own, so that it may be read
  const own = await sql<{ id: string }>(
    'update matters.case_file set applicant_id = $1 where id in (select id from matters.case_file order by submitted_at desc limit 200) returning id',
    [clerk.personId],
  )
  const seen = (await mattersCases(stage)).map(
    ({ title, handler, calls }): Call => ({
      title,
      actor: clerk,
      handler,
      input: calls[0]!.input,
      permission: 'matters:read',
    }),
  )
  return [
    ...seen,
    call('办事指南：有六万个单位实施的一项', clerk, 'matter', { id: basic }),
    call('一个版本', editor, 'version', { id: open[0]!.matter_id, versionId: open[0]!.id }),
    call('编制中的事项', editor, 'work'),
    call('编制中的事项，我的', editor, 'work', { mine: true }),
    call('编制中的事项，按名称', editor, 'work', { q: '取水' }),
    call('待审核的事项', leader, 'queue'),
    call('可以认领的事项', editor, 'claimable'),
    call('单位的三定职责', editor, 'functions'),
    call('办事页', clerk, 'desk', { kind: 'internal' }),
    call('办事页，按单位', clerk, 'desk', { kind: 'internal', unitId: clerk.unitId }),
    call('一件事', clerk, 'bundles'),
    call('我的办件', clerk, 'cases'),
    call('待我办理的办件', leader, 'toHandle'),
    call('办件', clerk, 'caseOf', { id: own[0]!.id }),
    call('待答复的投诉', leader, 'complaints', { open: true }),
    call('已答复的投诉', leader, 'complaints', { open: false }),
  ]
}

interface Found {
  section: string
  /** what it read too much of */
  wasteful: string[]
}
const explain = async (client: pg.Client, one: Call, stage: Stage): Promise<Found> => {
  const waves = await record(stage.server.kernel, one.actor, one.handler, one.input, one.permission)
  const found: Found = { section: `## ${one.title}\n`, wasteful: [] }
  for (const { text, params } of waves.flat()) {
    const { rows } = await client.query<Record<'QUERY PLAN', string>>(`explain (costs off) ${text}`, params)
    const { rows: measured } = await client.query<{ 'QUERY PLAN': [{ Plan: Node; 'Execution Time': number }] }>(
      `explain (analyze, format json) ${text}`,
      params,
    )
    const [{ Plan: plan }] = measured[0]!['QUERY PLAN']
    const big = nodesOf(plan).filter((node) => BIG.has(node['Relation Name'] ?? ''))
    for (const node of big) {
      const scans = node['Node Type'] === 'Seq Scan' || node['Node Type'] === 'Parallel Seq Scan'
      if (scans || readOf(node) > MOST_READ)
        found.wasteful.push(`${one.title}：${node['Node Type']} ${node['Relation Name']}，${readOf(node)} 行`)
    }
    const most = Math.max(0, ...big.map(readOf))
    found.section += `\n读 ${most} 行以内\n\n\`\`\`\n${rows.map((row) => row['QUERY PLAN']).join('\n')}\n\`\`\`\n`
  }
  return found
}

/** Writes reports/plans-matters.md; answers the calls that scan a table, or read more of it than their answer needs. */
export const mattersPlans = (): Promise<string[]> =>
  withCatalogue(async (stage) =>
    withAdmin(stage.cluster.adminUrl, async (client) => {
      const found: Found[] = []
      for (const one of await callsOf(stage)) found.push(await explain(client, one, stage))
      const wasteful = found.flatMap((one) => one.wasteful)
      const head = `# 事项的执行计划

由 \`npm run bench -- matters-plans\` 在 ${TOTAL.toLocaleString('en-US')} 项事项、30 万个办件、全省单位上生成。每条语句下写明它从一张大表里最多读了多少行。
逐表扫描，或一次读 ${MOST_READ.toLocaleString('en-US')} 行以上的：${wasteful.length === 0 ? '无' : wasteful.join('；')}。
`
      const text = [head, ...found.map(({ section }) => section)].join('\n')
      await writeFile(path.resolve(import.meta.dirname, '../reports/plans-matters.md'), text)
      return wasteful
    }),
  )
