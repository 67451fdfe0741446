import type { Seed } from '#kernel/module'
import type { IssueInput } from '../contract.ts'
import { ensureAuthority } from './authority.ts'
import { issueTo } from './issue.ts'
import { revokeOne } from './revoke.ts'

const DAYS = 1000
const nodes: (readonly [name: string, kind: 'node' | 'application', days: number])[] = [
  ['山东省省级节点', 'node', DAYS],
  ['济南市节点', 'node', DAYS],
  ['青岛市节点', 'node', 21],
  ['滨州市节点', 'node', 5],
  ['数据交换前置机', 'application', 365],
  ['电子档案接口', 'application', 25],
]

/** Certificates a province would have: nodes, applications, two units, some people. Their private keys are thrown away at once. */
export const seed = async ({ kernel, run, progress }: Seed): Promise<void> => {
  await ensureAuthority(kernel)
  await run(async (ctx) => {
    const units = await ctx.sql<{ id: string }>(
      "select id from directory.unit where kind = 'government' and valid_to is null order by pre limit 2",
    )
    const people = await ctx.sql<{ id: string }>(
      "select id from directory.person where status = 'active' order by no limit 6",
    )
    const wanted: Pick<IssueInput, 'kind' | 'name' | 'personId' | 'unitId' | 'days'>[] = [
      ...nodes.map(([name, kind, days]) => ({ name, kind, days })),
      ...units.map(({ id }) => ({ kind: 'unit' as const, unitId: id, days: DAYS })),
      ...people.map(({ id }) => ({ kind: 'person' as const, personId: id, days: DAYS })),
    ]
    let done = 0
    for (const each of wanted) {
      const issued = await issueTo(ctx, { ...each, use: 'sign', dnsNames: [], password: 'thrown away' }, '系统')
      if (each.name === '济南市节点') await revokeOne(ctx, issued.id, issued.issuer.id, 'superseded', '系统')
      progress('数字证书', ++done, wanted.length)
    }
  })
}
