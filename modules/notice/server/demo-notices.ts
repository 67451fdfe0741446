import type { NoticeKind, NoticeState } from '../contract.ts'

export interface DemoNotice {
  /** keys of the demo people: who wrote it, who answers for it */
  author: string
  publisher: string
  /** the author's own unit, or everything in its county (city, province) */
  audience: 'unit' | 'county'
  hoursAgo: number
  kind: NoticeKind
  title: string
  body: string
  state?: NoticeState
  reason?: string
  expiresInDays?: number
  pinnedDays?: number
}

/** Invented throughout; units, places and manners are the real ones. */
export const demoNotices: readonly DemoNotice[] = [
  {
    author: 'countyEmergency',
    publisher: 'leader',
    audience: 'county',
    hoursAgo: 2,
    kind: 'notice',
    title: '寒潮蓝色预警期间值守要求',
    body: '县气象台今日发布寒潮蓝色预警，预计今夜起 48 小时内最低气温下降 8℃ 以上，伴有 6 级偏北风。\n各镇街、各部门要严格落实领导带班和 24 小时值守，重点巡查供水管网、在建工地、敬老院和中小学取暖设施。\n遇突发情况第一时间报县总值班室，同时报县应急管理局，不得迟报、漏报。',
    expiresInDays: 2,
    pinnedDays: 2,
  },
  {
    author: 'clerk',
    publisher: 'leader',
    audience: 'county',
    hoursAgo: 5,
    kind: 'notice',
    title: '四季度档案移交安排',
    body: '请各单位于本月 24 日前将前三季度已办结的文书档案整理完毕，按年度、机构、保管期限装盒编目，移交县档案馆。\n涉及民生事项的档案须附电子目录。移交时间由县档案馆与各单位档案员另行约定。\n联系人：县政府办公室文电科。',
    expiresInDays: 14,
  },
  {
    author: 'exchanged',
    publisher: 'exchanged',
    audience: 'county',
    hoursAgo: 26,
    kind: 'notice',
    title: '关于做好今冬明春农村供水保障工作的通知',
    body: '各县（市、区）要在本月底前完成农村供水管网防冻排查，建立问题台账，逐项销号。\n对沿黄乡镇和山区分散供水点，要备足应急水源和抢修队伍，确保群众正常用水。\n每周一 10:00 前报送排查进度。',
  },
  {
    author: 'systemAdministrator',
    publisher: 'provinceLeader',
    audience: 'county',
    hoursAgo: 30,
    kind: 'announcement',
    title: '周日 0:00 至 4:00 系统维护',
    body: '为升级数据库，齐通将于本周日 0:00 至 4:00 停止服务，期间值班电话照常。\n维护前请保存正在填写的内容；草稿已自动保存的不受影响。',
    expiresInDays: 5,
  },
  {
    author: 'deputy2',
    publisher: 'leader',
    audience: 'unit',
    hoursAgo: 50,
    kind: 'notice',
    title: '机关食堂下周起调整午餐时间',
    body: '下周一起，机关食堂午餐时间调整为 11:40 至 12:50，晚餐时间不变。\n加班用餐请于当日 15:00 前告知值班室。',
  },
  {
    author: 'countyCulture',
    publisher: 'leader',
    audience: 'county',
    hoursAgo: 75,
    kind: 'announcement',
    title: '第八届草柳编文化节志愿者招募',
    body: '第八届草柳编文化节将在锦秋街道湾头村举办，现面向机关干部招募会场引导、讲解和应急救护志愿者 60 名。\n报名请联系县文化和旅游局艺术科，报满为止。活动介绍见 https://www.boxing.gov.cn/ 。',
    expiresInDays: 12,
  },
  {
    author: 'provinceWater',
    publisher: 'provinceLeader',
    audience: 'county',
    hoursAgo: 120,
    kind: 'circular',
    title: '关于三季度农村饮水安全抽查情况的通报',
    body: '三季度共抽查 16 市 48 个县（市、区）的 212 处供水工程，合格率 98.6%。\n存在的主要问题：一是个别工程消毒设备运行记录不全；二是部分水源保护区标识破损；三是应急预案演练不足。\n请有关市于 30 日内完成整改并报省水利厅农村水利水电处。',
  },
  {
    author: 'countyHealth',
    publisher: 'leader',
    audience: 'county',
    hoursAgo: 170,
    kind: 'notice',
    title: '关于组织机关干部秋冬季健康体检的通知',
    body: '体检时间为下月 3 日至 14 日（工作日），地点为县人民医院体检中心，请空腹前往。\n各单位于本周五前报送名单，在外地挂职、培训的同志可在年底前补检。',
  },
  {
    author: 'town',
    publisher: 'town',
    audience: 'unit',
    hoursAgo: 200,
    kind: 'notice',
    title: '兴福镇冬季清洁取暖入户走访安排',
    body: '各管区包村干部于本周内完成清洁取暖入户走访，重点走访独居老人和低保户，核对设备、补贴和用气用电安全。\n走访情况当日录入台账，发现隐患立即处置。',
  },
  {
    author: 'countyPolice',
    publisher: 'leader',
    audience: 'county',
    hoursAgo: 260,
    kind: 'announcement',
    title: '草柳编文化节期间部分道路交通管制',
    body: '文化节开幕当日 7:00 至 13:00，湾头村周边道路实行临时交通管制，请绕行博城五路。',
    state: 'withdrawn',
    reason: '开幕时间有调整，以新的公告为准。',
  },
  {
    author: 'clerk',
    publisher: 'leader',
    audience: 'county',
    hoursAgo: 3,
    kind: 'notice',
    title: '关于征集县政府第 46 次常务会议议题的通知',
    body: '请各部门于下周三前将拟提请审议的议题及材料报县政府办公室综合科，涉及规范性文件的须附合法性审查意见。',
    state: 'pending',
  },
  {
    author: 'clerk',
    publisher: 'leader',
    audience: 'unit',
    hoursAgo: 1,
    kind: 'notice',
    title: '文电科年底集中清退文件的通知',
    body: '请各科室清点今年以来领取的纸质文件，逐份核对编号。',
    state: 'draft',
  },
  {
    author: 'unitAdministrator',
    publisher: 'leader',
    audience: 'unit',
    hoursAgo: 28,
    kind: 'notice',
    title: '办公用品领用登记方式调整',
    body: '下月起办公用品改为线上登记、每周五集中领取。',
    state: 'returned',
    reason: '请补充电脑耗材是否一并调整。',
  },
]
