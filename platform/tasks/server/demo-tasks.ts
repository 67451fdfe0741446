import type { Urgency } from '../contract.ts'

interface DemoItem {
  /** key of a named person of the demo province */
  to: string
  /** a connected system by its name; absent: a service of the platform */
  from?: string
  matter: string
  title: string
  summary: string
  url: string
  fromName: string
  hoursAgo: number
}
export interface DemoTask extends DemoItem {
  urgency?: Urgency
  /** negative: the limit has passed */
  dueInHours?: number
  outcomes?: readonly string[]
  closed?: { hoursAgo: number; outcome: string; note?: string }
}
export interface DemoReading extends DemoItem {
  readHoursAgo?: number
}

const office = '公文处理系统'
const seal = '用印管理系统'
const staff = '人事考勤系统'
const supervision = '督查督办系统'

/** Invented throughout; offices, matters and manners are the real ones. */
export const demoTasks: readonly DemoTask[] = [
  {
    to: 'clerk',
    from: supervision,
    matter: '督查督办',
    title: '报送三季度为民办实事进展情况',
    summary: '请汇总 12 个承办单位的进展，对照年度目标逐项写明完成比例、存在问题和下步措施，经分管副主任核稿后报送。',
    url: 'https://duban.example.gov.cn/todo/20260931',
    fromName: '耿长河',
    hoursAgo: 170,
    urgency: 'urgent',
    dueInHours: -30,
  },
  {
    to: 'clerk',
    from: office,
    matter: '收文办理',
    title: '关于做好今冬明春农村供水保障工作的通知',
    summary: '来文单位：滨州市人民政府办公室。\n请提出拟办意见：建议转县水利局牵头承办，各镇街配合。',
    url: 'https://oa.example.gov.cn/receipts/1187',
    fromName: '丁海涛',
    hoursAgo: 6,
    urgency: 'most-urgent',
    dueInHours: 5,
    outcomes: ['转县水利局承办', '送分管领导阅示', '退回登记'],
  },
  {
    to: 'clerk',
    from: office,
    matter: '公文会签',
    title: '第八届草柳编文化节开幕式联合审核',
    summary: '县公安局、应急管理局、卫生健康局、交通运输局均已会签。请汇总意见后报分管副县长审定。',
    url: 'https://oa.example.gov.cn/countersign/0031',
    fromName: '栾慕雨',
    hoursAgo: 28,
    dueInHours: 20,
  },
  {
    to: 'clerk',
    from: seal,
    matter: '用印申请',
    title: '与县水利局数据共享协议用印',
    summary: '申请加盖博兴县人民政府办公室印章，一式四份。协议文本已经司法局合法性审核。',
    url: 'https://seal.example.gov.cn/apply/588',
    fromName: '刘梦瑶',
    hoursAgo: 26,
    dueInHours: 70,
    outcomes: ['同意用印', '退回补正'],
  },
  {
    to: 'clerk',
    from: seal,
    matter: '用印申请',
    title: '四季度档案移交清册用印',
    summary: '申请加盖办公室印章，共 2 册 36 页。',
    url: 'https://seal.example.gov.cn/apply/591',
    fromName: '毕嘉禾',
    hoursAgo: 9,
    outcomes: ['同意用印', '退回补正'],
  },
  {
    to: 'clerk',
    from: staff,
    matter: '请假审批',
    title: '毕嘉禾的年休假（3 天）',
    summary: '11月25日至11月27日，共 3 个工作日。工作由李明远代办。',
    url: 'https://hr.example.gov.cn/leave/7302',
    fromName: '毕嘉禾',
    hoursAgo: 3,
    dueInHours: 46,
    outcomes: ['同意', '不同意'],
  },
  {
    to: 'clerk',
    matter: '通讯录核对',
    title: '核对文电科人员的职务和办公电话',
    summary: '每季度核对一次。看过没有问题就点“已核对”；有误请点“有误，已告知管理员”，并写明哪里不对。',
    url: '/contacts',
    fromName: '毕嘉禾',
    hoursAgo: 50,
    dueInHours: 120,
    outcomes: ['已核对', '有误，已告知管理员'],
  },
  {
    to: 'clerk',
    from: office,
    matter: '公文会签',
    title: '厨具产业园二期用水接入协调会纪要',
    summary: '请核对会议议定事项和责任分工。',
    url: 'https://oa.example.gov.cn/countersign/0029',
    fromName: '鲁茂源',
    hoursAgo: 140,
    dueInHours: -60,
    closed: { hoursAgo: 76, outcome: '已核稿' },
  },
  {
    to: 'clerk',
    from: staff,
    matter: '请假审批',
    title: '于静怡的探亲假（5 天）',
    summary: '11月9日至11月13日，共 5 个工作日。',
    url: 'https://hr.example.gov.cn/leave/7288',
    fromName: '于静怡',
    hoursAgo: 400,
    outcomes: ['同意', '不同意'],
    closed: { hoursAgo: 392, outcome: '同意', note: '请在假前把督查台账交接给耿长河。' },
  },
  {
    to: 'leader',
    from: office,
    matter: '公文签发',
    title: '关于印发县政府 2027 年会议计划的通知',
    summary: '已经综合科核稿、高文博副主任审核。全年安排常务会议 24 次、全体会议 2 次。',
    url: 'https://oa.example.gov.cn/dispatches/0452',
    fromName: '高文博',
    hoursAgo: 20,
    dueInHours: 26,
    outcomes: ['同意签发', '退回修改'],
  },
  {
    to: 'leader',
    from: staff,
    matter: '请假审批',
    title: '周文清的年休假（2 天）',
    summary: '12月3日至12月4日，共 2 个工作日。文电科工作由丁海涛负责。',
    url: 'https://hr.example.gov.cn/leave/7305',
    fromName: '周文清',
    hoursAgo: 2,
    outcomes: ['同意', '不同意'],
  },
  {
    to: 'leader',
    from: supervision,
    matter: '督查督办',
    title: '审定三季度督查通报',
    summary: '涉及 3 项逾期事项，拟通报 2 个单位。通报稿和核查材料在督查督办系统中。',
    url: 'https://duban.example.gov.cn/todo/20260944',
    fromName: '耿长河',
    hoursAgo: 30,
    urgency: 'urgent',
    dueInHours: 8,
  },
  {
    to: 'unitAdministrator',
    matter: '通讯录核对',
    title: '交通运输局没有会签联络人',
    summary: '流程要用到的岗位职责“会签联络人”在县交通运输局空缺，请与该局确认人选后补登。',
    url: '/organization',
    fromName: '李明远',
    hoursAgo: 44,
    dueInHours: 50,
    outcomes: ['已补登', '暂不需要'],
  },
  {
    to: 'village',
    from: supervision,
    matter: '督查督办',
    title: '填报湾头村供水管网入冬检修情况',
    summary: '请填写检修长度、更换阀门数和仍需支持的问题，附现场照片不少于 2 张。',
    url: 'https://duban.example.gov.cn/todo/20260960',
    fromName: '刘梦瑶',
    hoursAgo: 21,
    dueInHours: 27,
  },
]

export const demoReadings: readonly DemoReading[] = [
  {
    to: 'clerk',
    from: office,
    matter: '文件传阅',
    title: '县政府第 46 次常务会议纪要',
    summary: '会议听取了今冬明春供水、供暖保障情况的汇报，研究了 5 项议题。涉及办公室的任务见第三项。',
    url: 'https://oa.example.gov.cn/circulate/2204',
    fromName: '李明远',
    hoursAgo: 8,
  },
  {
    to: 'clerk',
    from: office,
    matter: '文件传阅',
    title: '全市政务公开工作要点任务分工',
    summary: '请各科室对照分工，12 月 10 日前报送进展。',
    url: 'https://oa.example.gov.cn/circulate/2198',
    fromName: '丁海涛',
    hoursAgo: 31,
  },
  {
    to: 'clerk',
    from: supervision,
    matter: '督查通报',
    title: '10 月份重点工作完成情况通报',
    summary: '全县 86 项重点工作完成 71 项，正常推进 12 项，滞后 3 项。',
    url: 'https://duban.example.gov.cn/reports/202610',
    fromName: '耿长河',
    hoursAgo: 54,
  },
  {
    to: 'clerk',
    from: office,
    matter: '文件传阅',
    title: '机关车辆管理办法（修订）',
    summary: '自 2026 年 11 月 1 日起施行。',
    url: 'https://oa.example.gov.cn/circulate/2140',
    fromName: '曲玉珍',
    hoursAgo: 300,
    readHoursAgo: 280,
  },
  {
    to: 'leader',
    from: office,
    matter: '领导参阅',
    title: '每日要情（11 月 21 日）',
    summary: '全县平稳。乔庄镇一处供水管线抢修完毕，影响 210 户，已于当日 16:20 恢复。',
    url: 'https://oa.example.gov.cn/brief/20261121',
    fromName: '王晓彤',
    hoursAgo: 16,
  },
  {
    to: 'village',
    from: office,
    matter: '文件传阅',
    title: '锦秋街道冬季防火工作安排',
    summary: '各村每周至少巡查两次，记录留存备查。',
    url: 'https://oa.example.gov.cn/circulate/2209',
    fromName: '街道党政办',
    hoursAgo: 12,
  },
]
