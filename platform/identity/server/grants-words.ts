/** Left joins that name where a row of `alias` reaches: it has the scope columns of `identity.grant`. */
export const scopeJoins = (alias: string): string =>
  `left join directory.unit scope_u on scope_u.id = ${alias}.unit_id left join directory.region scope_r on scope_r.code = ${alias}.region_code
   left join directory.address_book scope_b on scope_b.id = ${alias}.book_id`

/** The scope as a phrase, after `scopeJoins`. */
export const scopeLabel = (
  alias: string,
): string => `case ${alias}.scope when 'all' then '全部单位' when 'self' then '只限本人的'
  when 'unit' then scope_u.name when 'subtree' then scope_u.name || '及其下级'
  when 'region' then scope_r.name || '行政区划内的单位，垂直管理单位在内'
  when 'line' then coalesce(scope_u.name || '及其下级的', '') || ${alias}.line || '条线'
  when 'book' then case when scope_b.id is null then '已删除的通讯录' else '通讯录“' || scope_b.title || '”里的单位' end end`

/** The scope columns of what a proposal asks for. */
export const proposedScope = (
  content: string,
): string => `${content} #>> '{scope,kind}' as scope, (${content} #>> '{scope,unitId}')::uuid as unit_id,
  ${content} #>> '{scope,regionCode}' as region_code, ${content} #>> '{scope,line}' as line, (${content} #>> '{scope,bookId}')::uuid as book_id`

/** Whose main post is where: `subject` is a person's id, or an account's that has none. */
export const homeJoins = (subject: string): string =>
  `left join directory.person home_p on home_p.id = ${subject}
   left join directory.post home_m on home_m.person_id = home_p.id and home_m.kind = 'main' and home_m.valid_to is null
   left join directory.unit home_u on home_u.id = home_m.unit_id`
