import type { ApplicationContent, AppState } from '../contract.ts'

/** A believable connected system; addresses end in .invalid, so that nothing is ever called by mistake. */
export interface DemoApp {
  name: string
  /** the owner by its full name, without 中共; whoever stands in for it when the province has no such unit */
  unit: string
  category: ApplicationContent['category']
  summary: string
  level: number
  state?: AppState
  pending?: 'submitted' | 'draft'
  scopes?: ApplicationContent['scopes']
  fields?: ApplicationContent['directoryFields']
  /** days since the last call; none: never called */
  idle?: number
  down?: boolean
  duties?: string[]
  own?: boolean
}

type Row = readonly [
  name: string,
  unit: string,
  category: DemoApp['category'],
  summary: string,
  level: number,
  more?: Partial<DemoApp>,
]

const rows: readonly Row[] = [
  [
    '山东省政务服务管理平台',
    '山东省大数据局',
    'service',
    '全省政务服务事项的受理、办理和评价',
    3,
    { own: true, idle: 0 },
  ],
  [
    '山东省一体化大数据平台',
    '山东省大数据局',
    'data',
    '数据目录、供需对接和共享交换',
    3,
    { own: true, idle: 0, scopes: ['profile', 'units', 'directory.read'], fields: ['title'] },
  ],
  ['山东省电子公文交换系统', '山东省人民政府办公厅', 'office', '省市县三级公文收发和签收', 3, { own: true, idle: 0 }],
  ['山东省视频会议预约', '山东省人民政府办公厅', 'office', '会场、会议号和值守预约', 2, { own: true, idle: 1 }],
  ['山东省行政执法监督平台', '山东省司法厅', 'regulation', '执法信息公示、全过程记录和法制审核', 3, { idle: 0 }],
  ['山东省双随机一公开监管平台', '山东省市场监督管理局', 'regulation', '抽查计划、随机派发和结果公示', 3, { idle: 2 }],
  ['山东省企业开办一窗通', '山东省市场监督管理局', 'service', '设立、刻章、社保和银行开户一次办', 3, { idle: 0 }],
  [
    '山东省河湖长制管理信息系统',
    '山东省水利厅',
    'regulation',
    '巡河、问题上报和督办',
    2,
    { idle: 3, scopes: ['profile', 'units', 'duties', 'mobile'] },
  ],
  [
    '山东省防汛抗旱指挥系统',
    '山东省水利厅',
    'regulation',
    '雨水情、会商和调度指令',
    3,
    { idle: 0, duties: ['主要负责人'] },
  ],
  ['山东省学籍管理服务', '山东省教育厅', 'livelihood', '转学、休学和学历核验', 3, { idle: 5 }],
  ['山东省教师管理信息系统', '山东省教育厅', 'internal', '教师资格、职称和培训', 2, { idle: 12 }],
  ['山东省医保经办系统', '山东省医疗保障局', 'livelihood', '参保、异地就医备案和零星报销', 3, { idle: 0 }],
  ['山东省社会救助平台', '山东省民政厅', 'livelihood', '低保、临时救助和残疾人两项补贴', 3, { idle: 1 }],
  ['山东省人社一体化平台', '山东省人力资源和社会保障厅', 'livelihood', '就业、社保和人事人才', 3, { idle: 0 }],
  ['山东省不动产登记系统', '山东省自然资源厅', 'service', '登记受理、审核和电子证照', 3, { idle: 0 }],
  ['山东省生态环境监测平台', '山东省生态环境厅', 'regulation', '空气、水和污染源在线监测', 3, { idle: 0, down: true }],
  ['山东省工程建设项目审批系统', '山东省住房和城乡建设厅', 'service', '立项到竣工的并联审批', 3, { idle: 1 }],
  ['山东省公路治超联网系统', '山东省交通运输厅', 'regulation', '不停车检测和源头治理', 2, { idle: 7 }],
  ['山东省农业农村项目管理', '山东省农业农村厅', 'internal', '项目申报、评审和绩效', 2, { idle: 40 }],
  ['山东省安全生产风险监测预警', '山东省应急管理厅', 'regulation', '重大危险源监测和隐患治理', 3, { idle: 0 }],
  ['山东省预算管理一体化系统', '山东省财政厅', 'internal', '预算编制、执行和决算', 3, { idle: 0 }],
  ['山东省政府采购网上商城', '山东省财政厅', 'internal', '小额零星采购', 2, { idle: 95, down: true }],
  ['山东省干部网络学院', '山东省委组织部', 'party', '在线课程和学习档案', 2, { idle: 0 }],
  ['山东机关党建云平台', '山东省委省直机关工作委员会', 'party', '党组织关系和主题党日', 2, { idle: 4 }],
  ['山东省信访信息系统', '山东省信访局', 'service', '登记、转送、交办和督查', 3, { idle: 0 }],
  ['滨州市城市运行管理平台', '滨州市大数据局', 'regulation', '市政设施、管网和应急联动', 2, { idle: 0 }],
  [
    '滨州市12345热线工单',
    '滨州市大数据局',
    'service',
    '诉求派单、回访和满意度',
    2,
    { idle: 0, scopes: ['profile', 'units', 'directory.read', 'tasks.push'], fields: ['title', 'phone'] },
  ],
  ['滨州市智慧停车管理', '滨州市城市管理局', 'livelihood', '泊位、计费和欠费提醒', 2, { idle: 33 }],
  ['博兴县综合办公', '博兴县人民政府办公室', 'office', '用品申领、会议室和公务用车', 2, { idle: 0, own: true }],
  [
    '博兴县督查督办台账',
    '博兴县人民政府办公室',
    'office',
    '重点工作分解、催办和销号',
    2,
    { idle: 1, scopes: ['profile', 'units', 'tasks.push', 'events.receive'] },
  ],
  ['博兴县值班值守', '博兴县人民政府办公室', 'office', '排班、交接和信息报送', 2, { idle: 0 }],
  ['博兴县农村供水监测', '博兴县水利局', 'regulation', '水源井、水厂和管网压力', 2, { idle: 0 }],
  ['博兴县乡村振兴项目库', '博兴县农业农村局', 'internal', '项目申报、资金和验收', 2, { idle: 200 }],
  [
    '博兴县网格化服务',
    '博兴县委政法委员会',
    'service',
    '网格事件、走访和矛盾调处',
    2,
    { state: 'submitted', pending: 'submitted' },
  ],
  [
    '博兴县档案查阅预约',
    '博兴县档案馆',
    'service',
    '开放档案查询和到馆预约',
    1,
    { state: 'submitted', pending: 'submitted' },
  ],
  ['博兴县国有资产管理', '博兴县财政局', 'internal', '资产卡片、调拨和盘点', 2, { state: 'draft', pending: 'draft' }],
  [
    '博兴县人才公寓申请',
    '博兴县人力资源和社会保障局',
    'livelihood',
    '资格审核、选房和租约',
    2,
    { state: 'draft', pending: 'draft' },
  ],
  [
    '博兴县公务用车旧系统',
    '博兴县机关事务服务中心',
    'internal',
    '已由综合办公代替',
    1,
    { state: 'retired', idle: 400 },
  ],
  ['博兴县招商引资通', '博兴县商务局', 'service', '项目洽谈和落地跟踪', 2, { state: 'suspended', idle: 15 }],
]

/** The county's own sample, which examples/sample-app runs; its address is this machine. */
export const SAMPLE = { name: '便民预约示例', origin: 'http://127.0.0.1:3901' }

export const demoApps: readonly DemoApp[] = rows.map(([name, unit, category, summary, level, more]) => ({
  name,
  unit,
  category,
  summary,
  level,
  ...more,
}))
