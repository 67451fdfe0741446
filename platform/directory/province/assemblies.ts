import type * as usual from './institutions.ts'
import { type Grow, group, type Style } from './style.ts'
import type { Unit } from './tree.ts'

const plain = (
  line: string,
  names: string,
  mark: string,
  divisions: string,
  functions: string[],
  size: number,
): usual.Institution => ({
  line,
  names: [names, names, names],
  mark,
  divisions: divisions.split(' '),
  functions,
  size,
})
const congress = plain(
  '人大',
  '人民代表大会常务委员会',
  '人',
  '选举任免 法制 财政经济',
  ['行使本级国家权力机关常设机关的职权', '监督本级政府、法院和检察院的工作'],
  30,
)
const cppcc = plain('政协', '', '协', '提案 文史 经济', ['组织政治协商、民主监督和参政议政'], 26)
const court = plain('法院', '', '法', '立案 刑事审判 民事审判 执行', ['审判法律规定由其管辖的案件', '执行生效裁判'], 96)
const procuratorate = plain('检察院', '', '检', '刑事检察 民事行政检察 公益诉讼', ['行使检察权和法律监督职权'], 70)

/** People's congress and political consultative conference. */
export function addAssemblies(parent: Unit, style: Style, grow: Grow): void {
  const { full, rank } = style
  const name = `${rank}人大、${rank}政协`
  const consultative = `中国人民政治协商会议%委员会`
  grow.put(parent, group(style, name, name, 0), (into) => {
    grow.addBody(
      into,
      'congress',
      {
        ...congress,
        names: [`${full}人民代表大会常务委员会%`, `${full}人民代表大会常务委员会%`, `${full}人民代表大会常务委员会%`],
      },
      { ...style, full: '' },
    )
    grow.addBody(into, 'cppcc', { ...cppcc, names: [consultative, consultative, consultative] }, style)
  })
}

/** Court and procuratorate. */
export function addJustice(parent: Unit, style: Style, grow: Grow): void {
  const [judge, accuser] = {
    1: ['高级人民法院', '人民检察院'],
    2: ['中级人民法院', '人民检察院'],
    3: ['人民法院', '人民检察院'],
  }[style.level] as [string, string]
  const name = `${style.rank}法院、${style.rank}检察院`
  grow.put(parent, group(style, name, name, 0), (into) => {
    grow.addBody(into, 'court', { ...court, names: [judge, judge, judge] }, style)
    grow.addBody(into, 'procuratorate', { ...procuratorate, names: [accuser, accuser, accuser] }, style)
  })
}
