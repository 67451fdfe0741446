import { newId } from '#kernel/ids'
import type { SystemCtx } from '#kernel/module'

type Reach = 'province' | 'city' | 'county'
interface DemoBook {
  reach: Reach
  line: string
  title: string
  note: string
  /** sections in their order: units of the line at a level below the reach, or people who hold a duty there */
  sections: readonly (readonly [section: string, level: 1 | 2 | 3 | 4, duties?: readonly string[]])[]
}

const duty = ['会签联络人', '文秘']
/** Of the demo county, its city and the province; more lines would teach nothing more. */
const books: readonly DemoBook[] = [
  {
    reach: 'province',
    line: '水利',
    title: '全省水利系统通讯录',
    note: '汛期每日 9 时前核对；变动请告省水利厅办公室。',
    sections: [
      ['省水利厅', 1],
      ['市水利局', 2],
    ],
  },
  {
    reach: 'province',
    line: '大数据',
    title: '全省大数据工作通讯录',
    note: '一体化平台运行联络用。',
    sections: [
      ['省大数据局', 1],
      ['市大数据局', 2],
      ['省局联络人', 1, ['系统管理员', '安全管理员']],
    ],
  },
  {
    reach: 'city',
    line: '水利',
    title: '滨州市防汛抗旱通讯录',
    note: '入汛后二十四小时有人接听。',
    sections: [
      ['市水利局', 2],
      ['县（市、区）水利局', 3],
      ['市局值守', 2, duty],
    ],
  },
  {
    reach: 'city',
    line: '应急管理',
    title: '滨州市应急值守通讯录',
    note: '突发事件先打值守电话，再补书面报告。',
    sections: [
      ['市应急管理局', 2],
      ['县（市、区）应急管理局', 3],
    ],
  },
  {
    reach: 'county',
    line: '政务',
    title: '博兴县办公室系统通讯录',
    note: '公文收发和会务联络。',
    sections: [
      ['县政府办公室', 3],
      ['镇（街道）党政综合办公室', 4],
      ['文秘和联络人', 3, duty],
    ],
  },
  {
    reach: 'county',
    line: '水利',
    title: '博兴县河湖长制通讯录',
    note: '巡河发现的问题先报县水利局。',
    sections: [
      ['县水利局', 3],
      ['县局负责人', 3, ['主要负责人', '分管负责人']],
    ],
  },
  {
    reach: 'county',
    line: '卫生健康',
    title: '博兴县卫生应急通讯录',
    note: '院前急救和疫情报告联络。',
    sections: [
      ['县卫生健康局和医疗机构', 3],
      ['镇卫生院', 4],
    ],
  },
]

// The place a book is for: the demo county, its city, or the province; kept there by the body that leads the line.
const PLACE = `select r.id, r.pre, r.pre_end, (select u.id from directory.unit u where u.line = $2 and u.level = r.level and u.kind = 'government'
    and u.pre between r.pre and r.pre_end order by u.pre limit 1) as keeper
  from directory.unit c join directory.unit r on case $1 when 'county' then r.id = c.id when 'city' then r.no = c.city_no else r.parent_id is null end
  where c.kind = 'region' and c.level = 3 and c.name = '博兴县'`
// A line's units at the level; for a duty whoever holds it there, in the unit's own order.
const UNITS = `select u.id from directory.unit u where u.line = $1 and u.level = $2 and u.pre between $3 and $4 and u.valid_to is null order by u.pre limit 60`
const PEOPLE = `select x.id, max(d.duty) as note from directory.duty d join directory.unit o on o.id = d.unit_id join directory.person x on x.id = d.person_id
  where o.line = $1 and o.level = $2 and o.pre between $3 and $4 and d.duty = any($5::text[]) and d.valid_to is null and x.status = 'active'
  group by x.id, o.pre order by o.pre, min(d.sort), x.id limit 30`

const write = async ({ sql, now }: SystemCtx, book: DemoBook): Promise<void> => {
  const [place] = await sql<{ id: string; pre: number; pre_end: number; keeper: string | null }>(PLACE, [
    book.reach,
    book.line,
  ])
  if (!place?.keeper) return
  const id = newId()
  await sql(
    `insert into directory.address_book (id, owner_unit, line, title, note, audience_units, created_at, updated_at)
     values ($1, $2, $3, $4, $5, array[$6::uuid], $7, $7)`,
    [id, place.keeper, book.line, book.title, book.note, place.id, now],
  )
  let at = 0
  for (const [section, level, duties] of book.sections) {
    const where = [book.line, level, place.pre, place.pre_end]
    const found = duties
      ? await sql<{ id: string; note: string }>(PEOPLE, [...where, duties])
      : await sql<{ id: string; note?: string }>(UNITS, where)
    for (const { id: entry, note } of found)
      await sql(
        `insert into directory.address_book_entry (id, book_id, section, sort, ${duties ? 'person_id' : 'unit_id'}, note) values ($1, $2, $3, $4, $5, $6)`,
        [newId(), id, section, at++, entry, note ?? ''],
      )
  }
}

/** Address books of several lines at province, city and county level, once in a database's life. */
export const seedBooks = async (ctx: SystemCtx): Promise<void> => {
  const known = await ctx.sql('select 1 from directory.address_book limit 1')
  if (known.length > 0) return
  for (const book of books) await write(ctx, book)
}
