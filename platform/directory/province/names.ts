import { type Random, weighted } from './random.ts'

// Surnames by their share of the population, those of Shandong (孔 孟 颜 亓 逄 ...) a little stronger; readings that are hard are in on purpose.
const surnames = `王 76 李 72 张 71 刘 58 陈 30 杨 29 赵 28 孙 27 徐 19 马 18 高 17 朱 15 郭 14 胡 13 林 12 宋 12 韩 12 周 12 于 12 吕 10 姜 9 董 9
吴 9 冯 8 崔 8 曹 8 袁 7 魏 7 许 7 丁 6 杜 6 孔 5 孟 5 任 5 田 5 程 5 潘 5 邵 4 毕 4 曲 4 隋 4 付 4 郑 6 梁 6 谢 5 何 5 唐 4 邓 3 苏 4 卢 4 蒋 4 贾 4 夏 4
石 4 姚 4 谭 4 邹 4 邢 4 史 4 侯 4 段 3 宫 3 鲁 3 耿 3 常 3 康 3 尹 3 薛 3 阎 2 庄 3 栾 2 迟 3 牟 2 逄 2 亓 2 臧 2 辛 2 滕 2 颜 2 纪 2 初 2 战 1 矫 1 巩 2 仉 1
单 1 解 1 仇 1 曾 1 查 1 盖 1 乐 1 缪 1 种 1 尉 1 翟 2 葛 2 冷 1 柳 1 温 1 商 1 燕 1 荆 1 信 1 刁 1 房 1 郝 2 安 2 武 2 白 2 罗 3 龙 1 万 1 钱 1 戴 1 莫 1 向 1
欧阳 1 司马 1 淳于 1 尉迟 1 上官 1`

// Characters by sex and the time they were given; the first lists are of the fifties to seventies, the last of the nineties on.
const menFirst = {
  old: '建国 志 文 玉 德 永 洪 庆 明 国 春 立 树 长 金 新 光 兴 福 传 忠 振 世 宝 连 学 守 维 延 云',
  middle: '志 海 建 晓 文 立 永 俊 国 洪 振 宏 少 旭 伟 东 新 学 明 春 光 兆 克 成 红 向 跃 凯 继 书',
  young: '子 浩 俊 宇 文 天 泽 嘉 家 博 晨 一 明 思 承 睿 凯 正 景 昊 梓 云 宗 铭 皓 奕 润 书 修 昱',
}
const menLast = {
  old: '国 军 华 平 明 林 河 山 海 生 民 强 才 贵 祥 富 义 礼 仁 信 刚 田 江 峰 来 庆 友 成 友 亮',
  middle: '强 伟 军 涛 斌 勇 刚 磊 鹏 杰 峰 波 超 亮 辉 东 宁 飞 忠 健 毅 雷 勤 栋 滨 凯 坤 岩 森 新',
  young: '轩 宇 然 涵 泽 阳 航 博 哲 辰 远 凡 洋 铭 源 霖 睿 恒 彬 翔 旭 晟 浩 逸 琪 乐 骁 喆 墨 川',
}
const womenFirst = {
  old: '秀 桂 玉 凤 淑 爱 春 兰 素 金 翠 美 瑞 月 红 云 庆 永 传 文 荣 新 惠 志 建 学 雪 香 宝 延',
  middle: '丽 晓 红 海 艳 秀 春 玉 文 雪 美 小 燕 静 爱 慧 永 立 淑 婷 晶 华 建 新 彩 冬 国 亚 莹 玲',
  young: '雨 梦 子 欣 佳 思 诗 晓 静 雅 梓 若 嘉 文 可 一 心 语 芷 慕 沐 书 宛 清 婉 茗 昕 星 悦 瑾',
}
const womenLast = {
  old: '英 兰 珍 芳 华 香 荣 梅 玲 芹 霞 云 莲 花 凤 琴 平 青 美 芝 娥 菊 红 贞 爱 敏 清 瑞 秋 艳',
  middle: '霞 丽 红 燕 梅 敏 静 娟 玲 艳 萍 芳 莉 娜 霞 英 波 慧 琳 蕾 倩 青 云 洁 洪 华 宁 颖 雯 凤',
  young: '涵 怡 瑶 萱 雯 琪 悦 彤 妍 洁 婷 月 茜 然 菲 宁 颖 璇 瑜 梦 溪 雪 晴 欣 格 语 琳 薇 禾 阳',
}

/** Full names that would read as somebody's in public life are never given. */
const publicFigures = new Set(
  `王毅 李强 张伟丽 刘翔 姚明 马云 马化腾 王健林 任正非 李宁 孙杨 郭晶晶 王宁 李娜 张怡宁 马龙 丁宁 刘国梁 孙颖莎 王楚钦 陈梦 马琳 王涛 刘欢 韩红 那英 周涛 董卿
  康辉 白岩松 李玉刚 王勇 李云龙 高峰 李国英 王强 李明 孙志刚 林武 周乃翔 李干杰 刘家义 龚正 郭树清 姜异康 江泽民 胡锦涛 习近平 温家宝 朱镕基 李鹏 李克强 王岐山
  赵乐际 王沪宁 蔡奇 丁薛祥 李希 韩正 栗战书 汪洋 张高丽 刘鹤 孙春兰 胡春华 何立峰 张国清 刘国中 王小洪 王东明 李鸿忠 张又侠 何卫东 李书磊 陈文清 石泰峰 陈吉宁 陈敏尔 袁家军
  马兴瑞 黄坤明 尹力 刘延东 马凯 吴仪 李岚清 周永康 薄熙来 毛泽东 周恩来 刘少奇 朱德 邓小平 陈云 彭德怀 林彪 贺龙 陈毅 罗荣桓 徐向前 聂荣臻 叶剑英 江青 李先念 杨尚昆 万里
  莫言 余华 张艺谋 冯小刚 陈凯歌 姜文 葛优 黄渤 黄晓明 范冰冰 孙俪 邓超 刘德华 成龙 周杰伦 杨洋 刘强东 雷军 张一鸣 董明珠 袁隆平 钟南山 屠呦呦 杨利伟 王亚平 刘洋 刘伯明 聂海胜`.split(
    /\s+/,
  ),
)

const drawSurname = weighted(
  [...surnames.matchAll(/(\S+) (\d+)/g)].map(([, name = '', weight]) => [name, Number(weight)] as const),
)
// the first places of each list are drawn more often
const list = (text: string) => weighted(text.split(' ').map((one, at) => [one, 1 / (at + 6)] as const))
const listsOf = (first: Record<Age, string>, last: Record<Age, string>) =>
  Object.fromEntries(ages.map((age) => [age, [list(first[age]), list(last[age])] as const])) as Record<
    Age,
    readonly [Draw, Draw]
  >

type Age = 'old' | 'middle' | 'young'
type Draw = (random: Random) => string
const ages: readonly Age[] = ['old', 'middle', 'young']
const given = { 男: listsOf(menFirst, menLast), 女: listsOf(womenFirst, womenLast) }
// the share of given names of one character was highest among those born about 1980
const singleShare = { old: 0.12, middle: 0.3, young: 0.14 }

/** An invented name of the sex and the year of birth. */
export function inventName(random: Random, gender: '男' | '女', born: number): string {
  const age: Age = born < 1972 ? 'old' : born < 1990 ? 'middle' : 'young'
  const [first, last] = given[gender][age]
  for (;;) {
    const surname = drawSurname(random)
    const single = random.next() < singleShare[age]
    const head = single ? '' : first(random)
    const tail = last(random)
    if (head === tail) continue
    // 建国 stands among the first characters as a whole name of its time
    const name = surname + (head.length > 1 ? head : head + tail)
    if (!publicFigures.has(name)) return name
  }
}
