import type { ParsedOf } from '#kernel/contract'
import { conflict, one, stale } from '#kernel/errors'
import { newId } from '#kernel/ids'
import type { Ctx, Handlers } from '#kernel/module'
import {
  type FeedbackDetail,
  type feedbackApi,
  feedbackClosed,
  feedbackReceived,
  feedbackReplied,
} from '../contract.ts'
import { columns, type EntryRecord, historiesOf, pageOf, presentMine, presentRow, source } from './entries.ts'

const addStep = (
  ctx: Ctx,
  entryId: string,
  action: 'sent' | 'replied' | 'closed',
  text: string | null,
): Promise<unknown> =>
  ctx.sql(
    'insert into feedback.step (id, entry_id, at, action, account_id, actor_name, text) values ($1, $2, $3, $4, $5, $6, $7)',
    [newId(), entryId, ctx.now, action, ctx.actor.accountId, ctx.actor.name, text],
  )

/** The entry, if its sender's unit lies in the actor's scope; whoever is outside learns nothing, not even that it exists. */
const findInScope = async (ctx: Ctx, id: string, lock = ''): Promise<EntryRecord> => {
  const scope = ctx.scopeText('e.unit_id', 2)
  return ctx
    .sql<EntryRecord>(`select ${columns} from ${source} where e.id = $1 and ${scope.text} ${lock}`, [
      id,
      ...scope.params,
    ])
    .then(one('这条投诉建议'))
}

const presentDetail = async (ctx: Ctx, row: EntryRecord): Promise<FeedbackDetail> => {
  const historyOf = await historiesOf(ctx.sql, [row.id])
  const open = row.state !== 'closed'
  return {
    ...presentRow(row),
    contact: row.contact,
    requestId: row.request_id,
    history: historyOf(row.id),
    can: { reply: open, close: open },
  }
}

const answer = async (
  ctx: Ctx,
  input: ParsedOf<typeof feedbackApi.reply>,
  state: 'replied' | 'closed',
): Promise<FeedbackDetail> => {
  const row = await findInScope(ctx, input.id, 'for update of e')
  if (row.state === 'closed') throw conflict('这条投诉建议已经办结，不能再答复。')
  if (row.revision !== input.revision) throw stale(row.revision)
  await addStep(ctx, row.id, state, input.text)
  await ctx.sql('update feedback.entry set state = $2, updated_at = $3, revision = revision + 1 where id = $1', [
    row.id,
    state,
    ctx.now,
  ])
  ctx.audit({ type: 'feedback', id: row.id, label: row.kind })
  ctx.emit(state === 'closed' ? feedbackClosed : feedbackReplied, {
    id: row.id,
    kind: row.kind,
    personId: row.person_id,
  })
  return presentDetail(ctx, await findInScope(ctx, row.id))
}

// A search of two words in an inbox of thousands, inside the scope: no index pays for itself here.
const like = (q: string): string => `%${q.replaceAll(/[\\%_]/g, '\\$&')}%`

export const handlers: Handlers<typeof feedbackApi> = {
  async send(ctx, { kind, text, contact, path, requestId }) {
    const id = newId()
    const { accountId, personId, name, unitId } = ctx.actor
    await ctx.sql(
      `insert into feedback.entry (id, kind, text, contact, path, request_id, account_id, person_id, sender_name, unit_id, sent_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)`,
      [
        id,
        kind,
        text,
        contact || null,
        path,
        requestId || null,
        accountId,
        personId || null,
        name,
        unitId || null,
        ctx.now,
      ],
    )
    await addStep(ctx, id, 'sent', null)
    ctx.audit({ type: 'feedback', id, label: kind })
    ctx.emit(feedbackReceived, { id, kind, unitId: unitId || null })
    return { id }
  },
  async mine(ctx, input) {
    const conditions = ['e.account_id = $1', '($2::text is null or e.state = $2)']
    const { page, next } = await pageOf(ctx, conditions, [ctx.actor.accountId, input.state ?? null], input)
    return { rows: await presentMine(ctx.sql, page), next }
  },
  async list(ctx, input) {
    const scope = ctx.scopeText('e.unit_id', 4)
    const conditions = [
      '($1::text is null or e.state = $1)',
      '($2::text is null or e.kind = $2)',
      '($3::text is null or e.text ilike $3 or e.sender_name ilike $3)',
      scope.text,
    ]
    const params = [input.state ?? null, input.kind ?? null, input.q ? like(input.q) : null, ...scope.params]
    const { page, next } = await pageOf(ctx, conditions, params, input)
    return { rows: page.map(presentRow), next }
  },
  async read(ctx, { id }) {
    const row = await findInScope(ctx, id)
    ctx.audit({ type: 'feedback', id, label: row.kind })
    return presentDetail(ctx, row)
  },
  reply: (ctx, input) => answer(ctx, input, 'replied'),
  close: (ctx, input) => answer(ctx, input, 'closed'),
}
