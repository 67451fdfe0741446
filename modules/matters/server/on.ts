import { on } from '#kernel/module'
import { unitChanged } from '#platform/directory/contract'
import { catalogueChanged } from '../contract.ts'
import { caseConsumers } from './case-on.ts'
import { recount } from './tally.ts'

export const consumers = [
  ...caseConsumers,
  on(catalogueChanged, 'matters.recount', ({ sql }, { unitIds }) => recount(sql, unitIds)),
  /** A unit that moved takes its matters along: the numbers of city and county that their rows carry, and the figures above. */
  on(unitChanged, 'matters.follow-unit', async ({ sql }, { unitId, what }) => {
    if (what !== 'moved') return
    const moved = await sql<{ unit_id: string }>(
      `update matters.matter m set county_no = u.county_no, city_no = u.city_no from directory.unit top
       join directory.unit u on u.pre between top.pre and top.pre_end
       where top.id = $1 and m.unit_id = u.id and (m.county_no, m.city_no) is distinct from (u.county_no, u.city_no) returning m.unit_id`,
      [unitId],
    )
    await recount(sql, [...new Set([unitId, ...moved.map((row) => row.unit_id)])])
  }),
]
