import { invalid, notFound } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx } from '#kernel/module'
import type { Opinion, OpinionExtras, OpinionFile } from '../contract.ts'
import { type OpinionRow, opinionColumns, takeDraft } from './drafts.ts'
import { sendReading } from './open-tasks.ts'
import { taskSource } from './task-sources.ts'

/** Where an opinion belongs, and how it is called to those it mentions. */
export interface KeptWith {
  source: string
  /** of the source: what `mayRead` will be asked about */
  reference: string
  matter: string
  title: string
  url: string
}

const partsOf = async ({ sql }: Pick<Ctx, 'sql'>, ids: readonly string[]) => {
  const [files, mentions] = await Promise.all([
    sql<{ opinion_id: string; id: string; name: string; media_type: string; size: number }>(
      'select opinion_id, id, name, media_type, size from tasks.opinion_file where opinion_id = any($1::uuid[]) order by created_at, id',
      [ids],
      'tasks.opinion.files',
    ),
    sql<{ opinion_id: string; person_id: string; name: string }>(
      'select opinion_id, person_id, name from tasks.opinion_mention where opinion_id = any($1::uuid[]) order by name, person_id',
      [ids],
      'tasks.opinion.mentions',
    ),
  ])
  return { files, mentions }
}

const present = async (ctx: Pick<Ctx, 'sql'>, rows: readonly OpinionRow[]): Promise<Opinion[]> => {
  if (rows.length === 0) return []
  const { files, mentions } = await partsOf(
    ctx,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => ({
    id: row.id,
    text: row.text,
    handwritten: row.ink_file_id !== null,
    files: files
      .filter(({ opinion_id }) => opinion_id === row.id)
      .map(({ id, name, media_type, size }): OpinionFile => ({ id, name, mediaType: media_type, size })),
    mentions: mentions
      .filter(({ opinion_id }) => opinion_id === row.id)
      .map(({ person_id, name }) => ({ personId: person_id, name })),
    keptAt: row.kept_at?.toISOString() ?? null,
  }))
}

/** Its author; of what was kept also whoever may read what it was kept with, as its source says. Nobody else knows that it is there. */
const readable = async (ctx: Ctx, id: string): Promise<OpinionRow> => {
  const [row] = await ctx.sql<OpinionRow>(
    `select ${opinionColumns} from tasks.opinion where id = $1`,
    [id],
    'tasks.opinion',
  )
  if (!row) throw notFound('这份意见')
  if (row.person_id === ctx.actor.personId) return row
  if (row.source === null || row.reference === null) throw notFound('这份意见')
  if (!(await taskSource(row.source)?.mayRead?.(ctx, row.reference))) throw notFound('这份意见')
  return row
}

export const opinion = async (ctx: Ctx, { id }: { id: string }): Promise<Opinion> =>
  (await present(ctx, [await readable(ctx, id)]))[0]!

export const opinionInk = async (ctx: Ctx, { id }: { id: string }) => {
  const { ink_file_id } = await readable(ctx, id)
  if (!ink_file_id) throw notFound('手写意见')
  const { file, stream } = await ctx.kernel.files.get(ink_file_id)
  return { stream, name: file.name, mediaType: file.mediaType, size: file.size, inline: true, etag: ink_file_id }
}

export const opinionFile = async (ctx: Ctx, { id, fileId }: { id: string; fileId: string }) => {
  await readable(ctx, id)
  const [row] = await ctx.sql('select 1 from tasks.opinion_file where id = $1 and opinion_id = $2', [fileId, id])
  if (!row) throw notFound('附件')
  const { file, stream } = await ctx.kernel.files.get(fileId)
  return { stream, name: file.name, mediaType: file.mediaType, size: file.size }
}

const mention = async (ctx: Ctx, id: string, ids: readonly string[], kept: KeptWith): Promise<void> => {
  const people = await ctx.sql<{ id: string; name: string }>(
    "select id, name from directory.person where id = any($1::uuid[]) and status = 'active'",
    [ids],
  )
  if (people.length < ids.length) throw invalid('提到的人中有人已经离岗，请重新选择。')
  await ctx.sql(
    'insert into tasks.opinion_mention (opinion_id, person_id, name) select $1, * from unnest($2::uuid[], $3::text[])',
    [id, people.map((one) => one.id), people.map(({ name }) => name)],
  )
  for (const { id: personId } of people)
    await sendReading(
      ctx,
      { source: 'tasks' },
      {
        personId,
        externalId: `mention/${id}/${personId}`,
        matter: kept.matter,
        title: `${ctx.actor.name}在意见中提到了您：${kept.title}`.slice(0, 200),
        url: kept.url,
        fromName: ctx.actor.name,
      },
    )
}

/**
 * Keeps what goes with an opinion of the caller, in the transaction that records the opinion itself, and says what to write beside it: the draft
 * with its handwriting and files becomes unchangeable, whoever is mentioned gets something to read. Null when the text is all there is.
 * That a mentioned person may open `url` is the source's to decide: it hears of them here.
 */
export const opinionOf = async (
  ctx: Ctx,
  { text, draftId, mentions = [] }: OpinionExtras & { text: string },
  kept: KeptWith,
): Promise<Opinion | null> => {
  const named = [...new Set(mentions)].filter((personId) => personId !== ctx.actor.personId)
  if (!draftId && named.length === 0) return null
  const id = draftId ?? newId()
  if (draftId) await takeDraft(ctx, draftId)
  else
    await ctx.sql('insert into tasks.opinion (id, person_id, created_at) values ($1, $2, $3)', [
      id,
      ctx.actor.personId,
      ctx.now,
    ])
  const [row] = await ctx.sql<OpinionRow>(
    `update tasks.opinion set text = $2, source = $3, reference = $4, kept_at = $5 where id = $1 returning ${opinionColumns}`,
    [id, text, kept.source, kept.reference, ctx.now],
  )
  if (named.length > 0) await mention(ctx, id, named, kept)
  return (await present(ctx, [row!]))[0]!
}

/** The opinions kept with one reference of a source, oldest first: the source has decided that the caller may read them. */
export const opinionsKept = async (ctx: Pick<Ctx, 'sql'>, source: string, reference: string): Promise<Opinion[]> =>
  present(
    ctx,
    await ctx.sql<OpinionRow>(
      `select ${opinionColumns} from tasks.opinion where source = $1 and reference = $2 and kept_at is not null order by kept_at, id`,
      [source, reference],
      'tasks.opinions-kept',
    ),
  )
