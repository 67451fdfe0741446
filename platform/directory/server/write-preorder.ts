import type { Query } from '#kernel/db'
import { one } from '#kernel/errors'
import type { Change } from './write-model.ts'

/**
 * Preorder numbers: a unit is the interval [pre, pre_end], its subtree the units inside. Free numbers stay between them, so that
 * a new unit seldom moves others. Every unit has two events, its opening and its closing, and each event a place of `step` numbers.
 */

/** Free numbers, both ends included. */
export interface Room {
  from: number
  to: number
}

/** A renumbered subtree keeps at least so many numbers for each event. */
const LEAST_STEP = 8
const WIDEST_STEP = 1024
/** Places kept free beside those asked for, where a parent had run out of numbers: it is likely to grow on. */
const SPARE_NODES = 16

const freeIn = (sql: Query, parentId: string): Promise<Room> =>
  sql<Room>(
    `select coalesce((select max(c.pre_end) from directory.unit c where c.parent_id = p.id), p.pre) + 1 as "from", p.pre_end as "to"
     from directory.unit p where p.id = $1`,
    [parentId],
  ).then(one('上级单位'))
const sizeOf = (room: Room): number => room.to - room.from + 1

/** Numbers for `nodes` units after the last child; made by renumbering the smallest subtree around that has enough. */
export const makeRoom = async (change: Change, parentId: string, nodes: number): Promise<Room> => {
  const room = await freeIn(change.sql, parentId)
  if (sizeOf(room) >= 2 * nodes) return room
  await renumberAround(change, parentId, nodes + SPARE_NODES)
  return freeIn(change.sql, parentId)
}

/** The part of the room that `nodes` units take: an eighth of it for a new one, so that both it and its parent can grow. */
export const takeOf = (room: Room, nodes: number, wanted = 2 * WIDEST_STEP): Room => {
  const size = Math.max(2 * nodes, Math.min(wanted, Math.floor(sizeOf(room) / 8)))
  return { from: room.from, to: room.from + size - 1 }
}

interface Enclosing {
  id: string
  parent_id: string | null
  pre: number
  pre_end: number
  nodes: number
}

const renumberAround = async (change: Change, parentId: string, nodes: number): Promise<void> => {
  // All of a province takes some 25 s on two busy cores, once in years: not a query to be cut off.
  await change.sql("select set_config('statement_timeout', '300000', true)")
  const around = await change.sql<Enclosing>(
    `with recursive up as (
       select id, parent_id, pre, pre_end, 0 as steps from directory.unit where id = $1
       union all select u.id, u.parent_id, u.pre, u.pre_end, up.steps + 1 from directory.unit u join up on u.id = up.parent_id)
     select id, parent_id, pre, pre_end, (select count(*)::int from directory.unit s where s.pre between up.pre and up.pre_end) as nodes
     from up order by steps`,
    [parentId],
  )
  const places = (one: Enclosing): number => 2 * (one.nodes + nodes)
  const fits = (one: Enclosing): boolean => one.pre_end - one.pre + 1 >= LEAST_STEP * places(one)
  const chosen = around.find(fits) ?? around.at(-1)!
  // Nothing lies beyond the root: it may end where it needs to.
  const end = fits(chosen) ? chosen.pre_end : chosen.pre + places(chosen) * WIDEST_STEP - 1
  const step = Math.min(WIDEST_STEP, Math.floor((end - chosen.pre + 1) / places(chosen)))
  await place(change, chosen, { from: chosen.pre, step, hole: { before: parentId, places: 2 * nodes } })
  await change.sql('update directory.unit set pre_end = $2 where id = $1', [chosen.id, end])
}

interface Placing {
  from: number
  step: number
  /** places left free before the closing of a unit */
  hole?: { before: string; places: number }
}

/** Puts the subtree [pre, pre_end] at `from`, in the order it has. */
const place = async (
  change: Change,
  tree: { pre: number; pre_end: number },
  { from, step, hole }: Placing,
): Promise<void> => {
  // At one number a leaf opens before it closes, and of several that close there the innermost is first.
  await change.sql(
    `with event as (
       select id, closing, row_number() over (order by at, closing, case when closing then -pre else pre end) - 1 as place
       from (select id, pre, pre as at, false as closing from directory.unit where pre between $1 and $2
             union all select id, pre, pre_end, true from directory.unit where pre between $1 and $2) e),
     hole as materialized (select coalesce((select place from event where id = $6::uuid and closing), 0) as place),
     moved as (
       select id, min(place) filter (where not closing) as opens, min(place) filter (where closing) as closes from (
         select id, closing, place + case when $6::uuid is not null and place >= (select hole.place from hole) then $5::bigint else 0 end as place
         from event) shifted group by id)
     update directory.unit u set pre = $3 + $4::bigint * m.opens, pre_end = $3 + $4::bigint * (m.closes + 1) - 1 from moved m where u.id = m.id`,
    [tree.pre, tree.pre_end, from, step, hole?.places ?? 0, hole?.before ?? null],
  )
  change.touched.structure = true
}

/** Moves a subtree behind the last child of another parent; the parent must not lie inside. Answers where it is now. */
export const moveTree = async (change: Change, id: string, parentId: string): Promise<Room> => {
  const tree = () =>
    change
      .sql<{ pre: number; pre_end: number; nodes: number }>(
        `select t.pre, t.pre_end, (select count(*)::int from directory.unit s where s.pre between t.pre and t.pre_end) as nodes
         from directory.unit t where t.id = $1`,
        [id],
      )
      .then(one('这个单位'))
  const { nodes } = await tree()
  const room = await makeRoom(change, parentId, nodes)
  // Making room may have renumbered it too.
  const now = await tree()
  const taken = takeOf(room, nodes, Math.max(2 * nodes, now.pre_end - now.pre + 1))
  const step = Math.max(1, Math.floor(sizeOf(taken) / (2 * nodes)))
  await place(change, now, { from: taken.from, step })
  return { from: taken.from, to: taken.from + 2 * nodes * step - 1 }
}
