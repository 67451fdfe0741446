import type { Unit } from './tree.ts'

export interface DemoPost {
  /** region, unit (full or short name), and its division */
  at: readonly [region: string, unit: string, division?: string]
  kind: 'main' | 'concurrent' | 'exchange' | 'seconded'
  title: string
  leader?: boolean
  charge?: string
  phone?: string
  room?: string
  from?: string
}
export interface DemoPerson {
  /** stands in person.external_id as `demo:key` */
  key: string
  name: string
  gender: '男' | '女'
  rank: string
  /** last four digits of the mobile number, where a page shows them */
  tail?: string
  duties?: readonly string[]
  posts: readonly DemoPost[]
}

const office = '博兴县人民政府办公室'
type Rest = Partial<Omit<DemoPost, 'at' | 'title'>> &
  Partial<Pick<DemoPerson, 'tail' | 'duties'>> & { more?: readonly DemoPost[] }
const person = (
  key: string,
  name: string,
  gender: '男' | '女',
  rank: string,
  at: DemoPost['at'],
  title: string,
  rest: Rest = {},
): DemoPerson => {
  const { tail, duties, more = [], ...post } = rest
  return { key, name, gender, rank, tail, duties, posts: [{ at, kind: 'main', title, ...post }, ...more] }
}
const inOffice = (end: string, room: string) => ({ phone: `0543-0023${end}`, room: `县政务中心 A 座 ${room}` })

/** Present in the demo province whatever its size; their order is their order in the unit. All invented. */
export const demoPeople: readonly DemoPerson[] = [
  person('provinceLeader', '郁承川', '男', '二级巡视员', ['山东省', '山东省人民政府'], '副省长', {
    leader: true,
    charge: '水利、农业农村',
  }),
  person('systemAdministrator', '祁云舟', '男', '一级调研员', ['山东省', '山东省大数据局', '安全保障处'], '处长', {
    duties: ['系统管理员'],
  }),
  person('securityAdministrator', '苗立言', '女', '三级调研员', ['山东省', '山东省大数据局', '安全保障处'], '副处长', {
    duties: ['安全管理员'],
  }),
  person('auditor', '阎知秋', '女', '一级主任科员', ['山东省', '山东省大数据局', '安全保障处'], '', {
    duties: ['审计员'],
  }),
  person('provinceWater', '吕明月', '女', '二级调研员', ['山东省', '山东省水利厅', '农村水利水电处'], '副处长'),
  person('cityWater', '李铭洋', '男', '一级主任科员', ['滨州市', '滨州市水利局', '水旱灾害防御科'], '副科长'),
  person('magistrate', '刘建民', '男', '一级调研员', ['博兴县', '博兴县人民政府'], '县长', {
    leader: true,
    charge: '县政府全面工作',
  }),
  person('deputyMagistrate', '韩雪梅', '女', '三级调研员', ['博兴县', '博兴县人民政府'], '副县长', {
    leader: true,
    charge: '文化旅游、水利、卫生健康',
  }),
  person('deputyMagistrate2', '赵启航', '男', '四级调研员', ['博兴县', '博兴县人民政府'], '副县长', {
    leader: true,
    charge: '工业、交通',
  }),
  person('leader', '孙立岩', '男', '四级调研员', ['博兴县', office], '党组书记、主任', {
    leader: true,
    charge: '办公室全面工作',
    from: '2024-03-01',
    tail: '2716',
    duties: ['主要负责人', '公文签批', '值班带班'],
    ...inOffice('101', '302'),
    more: [{ at: ['博兴县', office, '总值班室'], kind: 'concurrent', title: '主任', from: '2024-03-01' }],
  }),
  person('deputy', '高文博', '男', '一级主任科员', ['博兴县', office], '副主任', {
    leader: true,
    charge: '文电、督查',
    ...inOffice('102', '303'),
  }),
  person('deputy2', '曲玉珍', '女', '一级主任科员', ['博兴县', office], '副主任', {
    leader: true,
    charge: '会务、机关',
    ...inOffice('103', '305'),
  }),
  person('exchanged', '许正阳', '男', '四级调研员', ['滨州市', '滨州市人民政府办公室', '综合科'], '科长', {
    more: [
      {
        at: ['博兴县', office],
        kind: 'exchange',
        title: '四级调研员',
        leader: true,
        from: '2026-03-01',
        ...inOffice('106', '306'),
      },
    ],
  }),
  person('cipherClerk', '丁海涛', '男', '一级主任科员', ['博兴县', office, '文电科'], '科长', {
    duties: ['机要员'],
    ...inOffice('121', '311'),
  }),
  person('clerk', '周文清', '女', '三级主任科员', ['博兴县', office, '文电科'], '副科长', {
    duties: ['文秘'],
    ...inOffice('122', '311'),
  }),
  person('unitAdministrator', '毕嘉禾', '女', '一级科员', ['博兴县', office, '文电科'], '', {
    duties: ['系统管理员', '会签联络人'],
    ...inOffice('123', '312'),
  }),
  person('inspector', '耿长河', '男', '一级主任科员', ['博兴县', office, '督查科'], '科长', inOffice('131', '313')),
  person('inspectorClerk', '于静怡', '女', '一级科员', ['博兴县', office, '督查科'], '', inOffice('132', '313')),
  person('generalClerk', '李明远', '男', '二级主任科员', ['博兴县', office, '综合科'], '科长', inOffice('141', '315')),
  person('dutyOfficer', '王晓彤', '女', '一级科员', ['博兴县', office, '总值班室'], '值班员', inOffice('000', '108')),
  person('countyWater', '刘梦瑶', '女', '四级主任科员', ['博兴县', '博兴县水利局', '农村供水科'], '副科长'),
  person('countyCulture', '栾慕雨', '女', '一级科员', ['博兴县', '博兴县文化和旅游局', '艺术科'], '', {
    duties: ['会签联络人'],
  }),
  person('countyPolice', '马志强', '男', '三级主任科员', ['博兴县', '博兴县公安局', '治安管理科'], '科长', {
    duties: ['会签联络人'],
  }),
  person('countyTransport', '常秀英', '女', '四级主任科员', ['博兴县', '博兴县交通运输局', '办公室'], '主任', {
    duties: ['系统管理员'],
  }),
  person('countyEmergency', '宋国栋', '男', '三级主任科员', ['博兴县', '博兴县应急管理局', '应急指挥科'], '科长', {
    duties: ['会签联络人'],
  }),
  person('countyHealth', '邢晓梅', '女', '三级主任科员', ['博兴县', '博兴县卫生健康局', '医政医管科'], '科长', {
    duties: ['会签联络人'],
  }),
  person('town', '鲁茂源', '男', '四级主任科员', ['博兴县', '兴福镇', '党政综合办公室'], '主任', { duties: ['文秘'] }),
  person('town2', '巩庆祥', '男', '四级主任科员', ['博兴县', '乔庄镇', '党政综合办公室'], '主任', { duties: ['文秘'] }),
  person('village', '贾秀芹', '女', '', ['博兴县', '锦秋街道', '湾头村'], '村委会委员、文书', { duties: ['文秘'] }),
  person('secondCounty', '林沐阳', '男', '一级科员', ['邹平市', '邹平市人民政府办公室', '文电科'], '副科长'),
]

/** Where the post is in the tree. The demo's own units always exist: a missing one is a mistake in the generator. */
export function findDemoUnits(units: readonly Unit[]): (post: DemoPost) => Unit {
  const byPath = new Map<string, Unit>()
  for (const unit of units) {
    const region = unit.county.name
    const keys = unit.parent ? [`${unit.parent.name}/${unit.shortName}`, `/${unit.name}`, `/${unit.shortName}`] : []
    for (const key of keys) if (!byPath.has(`${region}${key}`)) byPath.set(`${region}${key}`, unit)
  }
  return (post) => {
    const [region, name, division] = post.at
    const unit = byPath.get(division ? `${region}${name}/${division}` : `${region}/${name}`)
    if (!unit) throw new Error(`the demo province has no ${post.at.join(' ')}`)
    return unit
  }
}

/** The one unit that has nobody to countersign: the process designer shows it as a fault to mend. */
export const unitWithoutContact = '博兴县交通运输局'
