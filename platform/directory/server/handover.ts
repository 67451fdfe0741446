import type { Query } from '#kernel/db'
import { AppError, invalid, one } from '#kernel/errors'
import type { Kernel } from '#kernel/module'
import type { HandoverItem } from '../contract/admin-people.ts'

/** What a service keeps in a person's hands, and how it passes to somebody else. */
export interface Handover {
  /** stable: `module.what` */
  name: string
  title: string
  /** true: nobody may go before somebody takes these over */
  required?: boolean
  /** how many, with the titles of the first few */
  list(sql: Query, personId: string): Promise<{ count: number; samples: string[] }>
  /** in the transaction of the move */
  transfer(sql: Query, fromId: string, toId: string, day: string): Promise<void>
}

const registered = new WeakMap<Kernel, Map<string, Handover>>()

/** For services that know the directory; call it in the module's `start`. A second one of the same name takes its place. */
export const registerHandover = (kernel: Kernel, handover: Handover): void => {
  const known = registered.get(kernel) ?? new Map<string, Handover>([[duties.name, duties]])
  registered.set(kernel, known.set(handover.name, handover))
}
const handoversOf = (kernel: Kernel): Handover[] => [...(registered.get(kernel)?.values() ?? [duties])]

/** The directory's own: named responsibilities that routing asks for. */
const duties: Handover = {
  name: 'directory.duties',
  title: '岗位职责',
  async list(sql, personId) {
    const rows = await sql<{ title: string }>(
      `select u.short_name || ' ' || d.duty as title from directory.duty d join directory.unit u on u.id = d.unit_id
       where d.person_id = $1 and d.valid_to is null order by u.pre, d.sort, d.duty`,
      [personId],
    )
    return { count: rows.length, samples: rows.slice(0, 5).map((row) => row.title) }
  },
  async transfer(sql, fromId, toId, day) {
    // Only where the successor works: a duty of a unit is held by its own people.
    await sql(
      `insert into directory.duty (unit_id, duty, person_id, sort, valid_from)
       select d.unit_id, d.duty, $2, d.sort, $3 from directory.duty d join directory.unit u on u.id = d.unit_id
       where d.person_id = $1 and d.valid_to is null
         and exists (select 1 from directory.post p where p.person_id = $2 and p.valid_to is null and (p.unit_id = d.unit_id or p.org_no = u.org_no))
         and not exists (select 1 from directory.duty h where h.unit_id = d.unit_id and h.duty = d.duty and h.person_id = $2 and h.valid_to is null)
       on conflict (unit_id, duty, person_id, valid_from) do update set valid_to = null`,
      [fromId, toId, day],
    )
  },
}

/** What every registered service reports of a person; services with nothing open are left out. */
export const openItems = async (kernel: Kernel, sql: Query, personId: string): Promise<HandoverItem[]> => {
  const items: HandoverItem[] = []
  for (const { name, title, required = false, list } of handoversOf(kernel)) {
    const { count, samples } = await list(sql, personId)
    if (count > 0) items.push({ name, title, count, samples: samples.slice(0, 5), required })
  }
  return items
}

export interface Going {
  personId: string
  successorId: string | null
  acknowledged: boolean
  day: string
}

/** Passes on what is open, or refuses (409 `open-items`) until somebody takes it over or the caller has seen it. */
export const handOver = async (kernel: Kernel, sql: Query, going: Going): Promise<HandoverItem[]> => {
  const items = await openItems(kernel, sql, going.personId)
  if (going.successorId) {
    await requireSuccessor(sql, going.personId, going.successorId)
    for (const handover of handoversOf(kernel))
      await handover.transfer(sql, going.personId, going.successorId, going.day)
  } else if (items.some((item) => item.required || !going.acknowledged)) {
    const list = items.map((item) => `${item.title} ${item.count} 项`).join('、')
    const must = items.some((item) => item.required)
    throw new AppError(
      409,
      'open-items',
      must
        ? `此人还有${list}没有交接，其中有必须交接的。请指定接手人。`
        : `此人还有${list}没有交接。请指定接手人，或确认不交接后再办理。`,
      { extra: { items: items.map(({ name, title, count, required }) => ({ name, title, count, required })) } },
    )
  }
  return items
}

const requireSuccessor = async (sql: Query, personId: string, successorId: string): Promise<void> => {
  if (personId === successorId)
    throw invalid('接手人不能是本人。请改选。', [{ path: 'successorId', message: '不能是本人' }])
  const { status, name } = await sql<{ status: string; name: string }>(
    'select status, name from directory.person where id = $1',
    [successorId],
  ).then(one('接手人'))
  if (status !== 'active')
    throw invalid(`接手人${name}已不在职。请改选。`, [{ path: 'successorId', message: '不在职' }])
}
