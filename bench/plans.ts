import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type pg from 'pg'
import { queries } from '../platform/directory/server/sql.ts'
import { syncQueries } from '../platform/directory/server/sync-sql.ts'
import { withAdmin } from './cluster.ts'
import { openStage, type Stage } from './stage.ts'

/** Small, or read as a whole on purpose and never for one request. */
const MAY_BE_SCANNED = new Set(['directory.sync.base', 'directory.sync.carriers'])
const BIG = ['person', 'post', 'person_token', 'unit', 'unit_token', 'change', 'duty', 'favourite']

const explained = async (client: pg.Client, text: string, params?: unknown[]): Promise<string[]> => {
  // Without values the text goes by the simple protocol, where $1 may stay unknown: one plan for whatever is asked.
  const { rows } = params
    ? await client.query<Record<'QUERY PLAN', string>>(`explain (costs off) ${text}`, params)
    : await client.query<Record<'QUERY PLAN', string>>(`explain (generic_plan, costs off) ${text}`)
  return rows.map((row) => row['QUERY PLAN'])
}
const scansOf = (plan: readonly string[]): string[] =>
  plan
    .filter((line) => BIG.some((table) => new RegExp(`Seq Scan on ${table}\\b`).test(line)))
    .map((line) => line.trim())

const section = (title: string, plan: readonly string[]): string =>
  `## ${title}\n\n\`\`\`\n${plan.join('\n')}\n\`\`\`\n`

/** Who administers a village, a county, the province: the same list of units under each scope. */
const scopedPlans = async (client: pg.Client, stage: Stage): Promise<string[]> => {
  const sections: string[] = []
  const scopes = [
    ['村干部本单位', 'wantou', 'directory:read'],
    ['县级单位管理员的子树', 'bijiahe', 'directory:manage'],
    ['全省系统管理员', 'xitong', 'directory:manage'],
  ] as const
  for (const [title, login, permission] of scopes) {
    const { actor } = await stage.who(login)
    const { text, params } = stage.server.kernel.ports.scope!(actor, permission).text('u.id', 1)
    const list = `select u.id, u.name from directory.unit u where u.valid_to is null and ${text} order by u.pre limit 50`
    sections.push(section(`数据范围：${title}`, await explained(client, list, params)))
  }
  return sections
}

/** Writes reports/plans.md; answers the names of the hot statements that scan a table. */
export const plans = async (people: number): Promise<string[]> => {
  const stage = await openStage(people)
  try {
    return await withAdmin(stage.cluster.adminUrl, async (client) => {
      const scanning: string[] = []
      const sections: string[] = []
      for (const [name, text] of Object.entries({ ...queries, ...syncQueries })) {
        const plan = await explained(client, text)
        if (!MAY_BE_SCANNED.has(name) && scansOf(plan).length > 0) scanning.push(name)
        sections.push(section(name, plan))
      }
      const head = `# 热点语句的执行计划

由 \`npm run bench -- plans\` 在 ${people.toLocaleString('en-US')} 人的全省数据上生成（PostgreSQL 通用计划：与参数无关，同一条计划用于村、县、全省）。
逐表扫描：${scanning.length === 0 ? '无' : scanning.join('、')}（\`directory.sync.base\` 每个版本读一次，结果缓存，不算）。
`
      const text = [head, ...sections, ...(await scopedPlans(client, stage))].join('\n')
      await writeFile(path.resolve(import.meta.dirname, '../reports/plans.md'), text)
      return scanning
    })
  } finally {
    await stage.stop()
  }
}
