import { transaction } from '#kernel/db'
import { conflict, notFound, one } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Job, Upload } from '#kernel/module'
import { filesRemoved, OPINION_FILES } from '../contract.ts'

export interface OpinionRow {
  id: string
  person_id: string
  text: string
  ink_file_id: string | null
  source: string | null
  reference: string | null
  kept_at: Date | null
}
export const opinionColumns = 'id, person_id, text, ink_file_id, source, reference, kept_at'

/** The caller's own draft, locked; what was kept, and what is another's, is not there to be changed. */
export const takeDraft = ({ sql, actor }: Pick<Ctx, 'sql' | 'actor'>, id: string): Promise<OpinionRow> =>
  sql<OpinionRow>(
    `select ${opinionColumns} from tasks.opinion where id = $1 and person_id = $2 and kept_at is null for update`,
    [id, actor.personId || null],
  ).then(one('这份意见的草稿'))

export const draftOpinion = async ({ sql, actor, now }: Ctx) => {
  const id = newId()
  await sql('insert into tasks.opinion (id, person_id, created_at) values ($1, $2, $3)', [id, actor.personId, now])
  return { id }
}

/** An upload holds no transaction while bytes arrive: first the file, then its row, and no file without its row. */
export const attachToOpinion = async (ctx: Ctx, { id }: { id: string }, body: Upload) => {
  const [own] = await ctx.sql('select 1 from tasks.opinion where id = $1 and person_id = $2 and kept_at is null', [
    id,
    ctx.actor.personId,
  ])
  if (!own) throw notFound('这份意见的草稿')
  const file = await ctx.kernel.files.put(body.stream, { name: body.name, maxBytes: body.limit })
  try {
    await transaction(ctx.kernel.database.pool, async ({ query }) => {
      await takeDraft({ sql: query, actor: ctx.actor }, id)
      const [{ n }] = (await query<{ n: number }>(
        'select count(*)::int as n from tasks.opinion_file where opinion_id = $1',
        [id],
      )) as [{ n: number }]
      if (n >= OPINION_FILES) throw conflict(`一份意见最多 ${OPINION_FILES} 个附件。`)
      await query(
        'insert into tasks.opinion_file (id, opinion_id, name, media_type, size, created_at) values ($1, $2, $3, $4, $5, $6)',
        [file.id, id, file.name, file.mediaType, file.size, ctx.now],
      )
    })
  } catch (error) {
    await ctx.kernel.files.remove(file.id)
    throw error
  }
  return file
}

export const detachFromOpinion = async (ctx: Ctx, { id, fileId }: { id: string; fileId: string }) => {
  await takeDraft(ctx, id)
  await ctx
    .sql('delete from tasks.opinion_file where id = $1 and opinion_id = $2 returning 1', [fileId, id])
    .then(one('附件'))
  ctx.emit(filesRemoved, { fileIds: [fileId] })
  return {}
}

const DRAFT_DAYS = 7
const DRAFTS_AT_ONCE = 1000
/** What was begun and never given: a week later nobody comes back for it. */
export const pruneDrafts: Job = {
  name: 'tasks.prune-drafts',
  daily: '03:10',
  async run({ sql, now, emit }) {
    const gone = await sql<{ id: string; ink_file_id: string | null }>(
      `select id, ink_file_id from tasks.opinion where kept_at is null and created_at < $1::timestamptz - make_interval(days => ${DRAFT_DAYS})
       order by created_at limit ${DRAFTS_AT_ONCE} for update skip locked`,
      [now],
    )
    const ids = gone.map(({ id }) => id)
    const files = await sql<{ id: string }>('delete from tasks.opinion_file where opinion_id = any($1) returning id', [
      ids,
    ])
    await sql('delete from tasks.opinion where id = any($1)', [ids])
    const fileIds = [...files.map(({ id }) => id), ...gone.flatMap(({ ink_file_id }) => ink_file_id ?? [])]
    if (fileIds.length > 0) emit(filesRemoved, { fileIds })
  },
}
