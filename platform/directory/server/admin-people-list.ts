import type { OutputOf, ParsedOf } from '#kernel/contract'
import type { Ctx } from '#kernel/module'
import { type AdminPersonRow, type adminPeopleApi, personStatuses } from '../contract/admin-people.ts'
import { postKinds } from '../contract/browse.ts'
import { normaliseMobile } from '../contract/codes.ts'
import { downloadOf, type Keyed, keyset, type Parameters, pageOf, parameters, type Sorts } from './admin-list.ts'
import { MANAGE } from './admin-scope.ts'
import { ref } from './admin-units.ts'
import { mobileIndex, openRows, type Sealed } from './mobile-number.ts'
import { parseQuery } from './query.ts'
import { personKeys } from './search-plan.ts'

type Api = typeof adminPeopleApi
export type PersonFilters = Omit<ParsedOf<Api['adminPeople']>, 'sort' | 'cursor' | 'limit'>
type Input = Omit<ParsedOf<Api['downloadPeople']>, 'format'>

const sorts: Sorts = {
  unit: [
    { sql: 'u.pre', type: 'bigint' },
    { sql: '(not p.leader)', type: 'boolean' },
    { sql: 'p.sort', type: 'bigint' },
  ],
  name: [{ sql: 'x.name collate "C"', type: 'text' }],
  updatedAt: [{ sql: 'x.updated_at', type: 'timestamptz' }],
}

// Words of people in office are found by their search keys; who left has none.
const wordCondition = (ctx: Ctx, input: PersonFilters, { bind }: Parameters): string => {
  const q = bind(input.q)
  if (input.status !== 'active') return `strpos(x.name, ${q}) > 0`
  const { keys } = ctx.kernel
  const [term] = parseQuery(input.q!).terms
  const mobile = bind(mobileIndex(keys, normaliseMobile(input.q!)))
  const low = bind(term ? personKeys(term, keys) : [])
  return `(x.staff_no = ${q} or x.mobile_index = ${mobile} or x.no in (select t.person_no from unnest(${low}::text[]) k (low)
    join directory.person_token t on t.key ~>=~ k.low and t.key ~<~ (k.low || chr(1114111))))`
}

/** The posts that the filters name, within the scope. */
export const personConditions = (ctx: Ctx, input: PersonFilters, params: Parameters): string => {
  const { bind } = params
  const where = [params.add((from) => ctx.scopeText('p.unit_id', from, MANAGE)), `x.status = ${bind(input.status)}`]
  where.push(
    input.status === 'active'
      ? 'p.valid_to is null'
      : `p.id = (select l.id from directory.post l where l.person_id = x.id order by l.valid_to is null desc, l.kind = 'main' desc, l.valid_to desc, l.id desc limit 1)`,
  )
  if (input.under)
    where.push(
      `exists (select 1 from directory.unit top where top.id = ${bind(input.under)} and u.pre between top.pre and top.pre_end)`,
    )
  if (input.postKind) where.push(`p.kind = ${bind(input.postKind)}`)
  if (input.leader !== undefined) where.push(`p.leader = ${bind(input.leader)}`)
  if (input.title) where.push(`strpos(p.title, ${bind(input.title)}) > 0`)
  if (input.rank) where.push(`x.rank = ${bind(input.rank)}`)
  if (input.q) where.push(wordCondition(ctx, input, params))
  return where.join(' and ')
}
export const PEOPLE_FROM = `directory.post p join directory.person x on x.id = p.person_id
  join directory.unit u on u.id = p.unit_id join directory.unit o on o.no = p.org_no`

type Listed = Omit<AdminPersonRow, 'updatedAt'> & Keyed & { updatedAt: Date }

const select = async (ctx: Ctx, input: Input): Promise<Listed[]> => {
  const params = parameters()
  const page = keyset(sorts, input, 'p.id', params)
  const where = personConditions(ctx, input, params)
  const home = params.add((from) => ctx.scopeText('h.unit_id', from, MANAGE))
  // The number of somebody who only has a desk here is for their own administrators.
  const mobile = `case when p.kind = 'main' or exists (select 1 from directory.post h
    where h.person_id = x.id and h.kind = 'main' and h.valid_to is null and ${home}) then x.mobile end as mobile`
  const rows = await ctx.sql<Sealed<Listed>>(
    `select x.id as "personId", p.id as "postId", x.name, x.gender, ${mobile}, x.staff_no as "staffNo", x.rank, p.title, p.leader,
       p.kind as "postKind", p.sort, ${ref('u')} as unit, ${ref('o')} as org, x.status, x.updated_at as "updatedAt", x.revision, ${page.key}
     from ${PEOPLE_FROM} where ${where} and ${page.where} order by ${page.order} limit ${params.bind(input.limit + 1)}`,
    params.values,
  )
  return openRows(ctx.kernel, rows)
}

export const adminPeople = async (
  ctx: Ctx,
  input: ParsedOf<Api['adminPeople']>,
): Promise<OutputOf<Api['adminPeople']>> => {
  const { rows, next } = pageOf(await select(ctx, input), input.limit)
  return { rows: rows.map(({ key: _, updatedAt, ...row }) => ({ ...row, updatedAt: updatedAt.toISOString() })), next }
}

async function* pages(ctx: Ctx, input: Input): AsyncGenerator<Listed[]> {
  let cursor: string | undefined
  do {
    const { rows, next } = pageOf(await select(ctx, { ...input, limit: 1000, cursor }), 1000)
    yield rows
    cursor = next ?? undefined
  } while (cursor)
}

const columns = ['姓名', '性别', '单位', '内设机构', '职务', '任职类型', '职级', '手机号', '人事编号', '状态']
export const downloadPeople = async (ctx: Ctx, input: ParsedOf<Api['downloadPeople']>) => {
  ctx.audit({ type: 'unit', id: input.under ?? '', label: '人员清单' })
  return downloadOf(ctx, '人员清单', input.format, columns, pages(ctx, input), (row) => [
    row.name,
    row.gender,
    row.org.name,
    row.unit.id === row.org.id ? null : row.unit.name,
    row.title,
    postKinds[row.postKind],
    row.rank,
    row.mobile,
    row.staffNo,
    personStatuses[row.status],
  ])
}
