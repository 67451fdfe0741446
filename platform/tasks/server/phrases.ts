import type { Ctx } from '#kernel/module'

/** What an office writes most, until the person has a list of the own. */
const COMMON = ['同意。', '拟同意，请领导审定。', '请补充材料后再报。', '已阅。']

export const phrases = async ({ sql, actor }: Ctx) => {
  const [row] = await sql<{ texts: string[] }>(
    'select texts from tasks.phrase where person_id = $1',
    [actor.personId || null],
    'tasks.phrases',
  )
  return { texts: row?.texts ?? COMMON }
}

export const setPhrases = async ({ sql, actor, now }: Ctx, { texts }: { texts: string[] }) => {
  await sql(
    `insert into tasks.phrase (person_id, texts, updated_at) values ($1, $2, $3)
     on conflict (person_id) do update set texts = excluded.texts, updated_at = excluded.updated_at`,
    [actor.personId, texts, now],
  )
  return { texts }
}
