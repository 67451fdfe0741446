import { dayOf } from '#kernel/clock'
import type { OutputOf, ParsedOf } from '#kernel/contract'
import { invalid, notFound } from '#kernel/errors'
import { isId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import type { browseApi, PersonCard, PersonRow, UnitRef } from '../contract/browse.ts'
import { mayManage, unitParams, unitSeen } from './browse.ts'
import { spend } from './budget.ts'
import { openMobile, openRows, type Sealed } from './mobile-number.ts'
import { run } from './sql.ts'
import { type Viewer, viewerOf, viewerParams } from './viewer.ts'

type Api = typeof browseApi

interface ListedRow extends Sealed<PersonRow> {
  sort: number
}

// The last row of a page: unit, leader, sort, post. Its unit's place is read anew, so a page survives a change of structure.
const readCursor = (cursor: string | undefined): unknown[] => {
  if (cursor === undefined) return [null, null, null, null]
  const [unitId = '', leader = '', sort = '', postId = ''] = cursor.split('~')
  if (!isId(unitId) || !isId(postId) || !/^[01]$/.test(leader) || !/^-?\d{1,9}$/.test(sort))
    throw invalid('翻页标记有误，请从第一页看起。')
  return [unitId, leader === '1', Number(sort), postId]
}
const writeCursor = (row: ListedRow): string => [row.unitId, row.leader ? 1 : 0, row.sort, row.postId].join('~')

/** People of a unit and its divisions, in the order of the tree; leaders first in each. */
export const people = async (ctx: Ctx, input: ParsedOf<Api['people']>): Promise<OutputOf<Api['people']>> => {
  const viewer = await viewerOf(ctx)
  const beginning = input.q?.toLowerCase().replaceAll(' ', '') || null
  const rows = await run<ListedRow>(ctx.sql, 'directory.people', [
    ...viewerParams(viewer),
    input.id,
    input.direct,
    input.limit + 1,
    beginning,
    ...readCursor(input.cursor),
  ])
  if (rows.length === 0) await unitSeen(ctx, viewer, input.id)
  const page = rows.slice(0, input.limit)
  await spend(ctx, { people: page.map((row) => row.personId) })
  const last = page.at(-1)
  return { rows: openRows(ctx.kernel, page), next: rows.length > input.limit && last ? writeCursor(last) : null }
}

type Post = PersonCard['posts'][number]
type Shown = Omit<PersonCard, 'duties' | 'favourite' | 'can'>
interface CardRow extends Sealed<Omit<Shown, 'posts'>> {
  post: Post
}

// Of several posts the most open one counts for the person's own fields; telephone and room are each post's own.
const OF_THE_PERSON = ['mobile', 'email', 'rank']
const merged = (rows: readonly CardRow[]): Sealed<Shown> | undefined => {
  const [first] = rows
  if (!first) return undefined
  const { post: _, ...person } = first
  const masked = new Set(
    rows
      .flatMap((row) => row.masked)
      .filter((field) => !OF_THE_PERSON.includes(field) || rows.every((row) => row.masked.includes(field))),
  )
  const open = <F extends 'mobile' | 'email' | 'rank'>(field: F): CardRow[F] | null =>
    rows.find((row) => row[field] !== null)?.[field] ?? null
  return {
    ...person,
    mobile: open('mobile'),
    email: open('email'),
    rank: open('rank'),
    masked: [...masked],
    posts: rows.map((row) => row.post),
  }
}

/** What the viewer may see of a person; undefined when nothing: hidden and nonexistent are the same. */
export const readCard = async (ctx: Pick<Ctx, 'sql'>, viewer: Viewer, id: string) =>
  merged(await run<CardRow>(ctx.sql, 'directory.person', [...viewerParams(viewer), id]))

/** The same with the number opened; 404 when nothing may be seen. */
export const seenCard = async (ctx: Ctx, viewer: Viewer, id: string): Promise<Shown> => {
  const card = await readCard(ctx, viewer, id)
  if (!card) throw notFound('此人')
  return { ...card, mobile: card.mobile && openMobile(ctx.kernel.keys, card.mobile, id) }
}

export const person = async (ctx: Ctx, { id }: ParsedOf<Api['person']>): Promise<PersonCard> => {
  const viewer = await viewerOf(ctx)
  const [card, duties, favourites] = await Promise.all([
    seenCard(ctx, viewer, id),
    run<{ unit: UnitRef; duty: string }>(ctx.sql, 'directory.duties', [...unitParams(viewer), id, dayOf(ctx.now)]),
    run(ctx.sql, 'directory.is-favourite', [ctx.actor.personId || null, id]),
  ])
  await spend(ctx, { people: [id] })
  const manage = await mayManage(ctx, card.posts[0]!.unit.id)
  return { ...card, duties, favourite: favourites.length > 0, can: { manage } }
}
