import type pg from 'pg'
import type { Handler } from '#kernel/module'
import { handlers } from '../platform/directory/server/handlers.ts'

/** One figure: calls of one kind, for example forty searches by initials. */
export interface Case {
  key: string
  title: string
  handler: Handler<unknown>
  calls: { path: string; input: object }[]
}

// Enough different ones that no answer is the last one's.
const CALLS = 40

interface Sample {
  name: string
  pinyin: string
  initials: string
}
const people = (client: pg.Client, where: string, county: number): Promise<Sample[]> =>
  client
    .query<Sample>(
      `select x.name, x.pinyin, x.initials from (
         select p.person_id from directory.post p join directory.unit u on u.id = p.unit_id
         where p.valid_to is null and p.kind = 'main' and ${where} order by md5(p.id::text) limit ${CALLS}) s
       join directory.person x on x.id = s.person_id where x.status = 'active'`,
      [county],
    )
    .then(({ rows }) => rows)

// What a person types, from what the directory holds. Compound surnames are cut like the others: the search must answer those too.
const forms = {
  name: ({ name }: Sample) => name,
  pinyin: ({ pinyin }: Sample) => pinyin.replaceAll(' ', ''),
  initials: ({ initials }: Sample) => initials,
  given: ({ name }: Sample) => [...name].slice(1).join(''),
  mixed: ({ name, initials }: Sample) => `${[...name][0]}${initials.slice(1)}`,
}
const formNames = { name: '姓名', pinyin: '全拼', initials: '首字母', given: '名', mixed: '混合' }

const ids = async (client: pg.Client, text: string): Promise<string[]> =>
  (await client.query<{ id: string }>(text)).rows.map(({ id }) => id)

const search = (title: string, key: string, samples: readonly Sample[], form: keyof typeof forms): Case => ({
  key: `search-${form}-${key}`,
  title: `按${formNames[form]}搜索，${title}的人`,
  handler: handlers.search as Handler<unknown>,
  calls: samples.map((sample) => {
    const q = forms[form](sample)
    return { path: `/api/directory/search?q=${encodeURIComponent(q)}`, input: { q, kind: 'all' } }
  }),
})

/** The headline figures of the directory; people of the county `county` and of the rest of the province. */
export const directoryCases = async (client: pg.Client, county: number): Promise<Case[]> => {
  const nodes = await ids(
    client,
    `select id from directory.unit where valid_to is null and children > 0 and guard = 0 order by md5(id::text) limit ${CALLS}`,
  )
  const orgs = await ids(
    client,
    `select id from directory.unit where valid_to is null and no = org_no and people_total > 10 and kind not in ('region', 'group') and guard = 0
     order by md5(id::text) limit ${CALLS}`,
  )
  const [near, far] = [
    await people(client, 'u.county_no = $1', county),
    await people(client, 'u.county_no <> $1', county),
  ]
  const names = Object.keys(forms) as (keyof typeof forms)[]
  return [
    {
      key: 'children',
      title: '展开一个节点',
      handler: handlers.children as Handler<unknown>,
      calls: nodes.map((id) => ({ path: `/api/directory/units/${id}/children`, input: { id, kinds: 'all' } })),
    },
    {
      key: 'people',
      title: '一个单位的人员，一页',
      handler: handlers.people as Handler<unknown>,
      calls: orgs.map((id) => ({ path: `/api/directory/units/${id}/people`, input: { id, limit: 50, direct: false } })),
    },
    ...names.map((form) => search('本县', 'county', near, form)),
    ...names.map((form) => search('全省', 'province', far, form)),
  ]
}
