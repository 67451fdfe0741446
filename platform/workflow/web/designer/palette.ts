import type { IconName } from '#ui'
import type { Block } from '../../contract/blocks.ts'
import type { HandlerRule, Operation, Outcome, UserStep } from '../../contract/graph.ts'
import { type Called, limitWords, ruleWords, timerWords, wayNames } from '../../definition/words.ts'
import { freshId } from './model.ts'

/** What can be put into a process, as an office calls it. */
export interface Kind {
  key: string
  group: '办理' | '走向' | '告知' | '其他'
  title: string
  icon: IconName
  /** one line under the title where there is room */
  help: string
  make: () => Block
}

const agree: Outcome = { key: 'agree', name: '同意', counts: 'agree', opinion: 'optional' }
const reject: Outcome = { key: 'reject', name: '不同意', counts: 'reject', opinion: 'required' }
const operations: Operation[] = ['transfer', 'delegate', 'send-back', 'circulate', 'urge']
const user = (handlers: HandlerRule[], more: Partial<UserStep> = {}): UserStep => ({
  handlers,
  way: 'single',
  outcomes: [agree, reject],
  operations,
  nobody: 'administrator',
  starter: 'keep',
  again: 'keep',
  absent: 'substitute',
  sendBack: { to: 'any', mode: 'choose' },
  withdraw: 'until-opened',
  ...more,
})
const approve = (name: string, step: UserStep): Block => ({ id: freshId(), name, type: 'approve', user: step })

export const kinds: readonly Kind[] = [
  {
    key: 'fill',
    group: '办理',
    title: '填报',
    icon: 'edit',
    help: '由发起人填写后提交',
    make: () =>
      approve(
        '填报',
        user([{ by: 'starter' }], {
          outcomes: [{ key: 'submit', name: '提交', counts: 'agree', opinion: 'optional' }],
          operations: ['urge'],
          sendBack: undefined,
        }),
      ),
  },
  {
    key: 'one',
    group: '办理',
    title: '一人办理',
    icon: 'user',
    help: '由一个人审批或处理',
    make: () => approve('审批', user([{ by: 'leader', levels: 1 }])),
  },
  {
    key: 'several',
    group: '办理',
    title: '多人会签',
    icon: 'people',
    help: '几个人或几家单位一起决定',
    make: () => approve('会签', user([{ by: 'person', persons: [] }], { way: 'all-of' })),
  },
  {
    key: 'choice',
    group: '走向',
    title: '按条件分开',
    icon: 'branch',
    help: '按填报的内容走不同的路',
    make: () => ({
      id: freshId(),
      name: '',
      type: 'choice',
      several: false,
      branches: [
        { id: freshId(), name: '', when: '', blocks: [] },
        { id: freshId(), name: '', blocks: [] },
      ],
    }),
  },
  {
    key: 'rule',
    group: '走向',
    title: '决策表',
    icon: 'filter',
    help: '按一张表算出级别、额度等结果',
    make: () => ({ id: freshId(), name: '定级', type: 'rule', rule: { decision: '', input: [], output: [] } }),
  },
  {
    key: 'parallel',
    group: '走向',
    title: '同时办理',
    icon: 'flow',
    help: '几条路同时走，都到了再往下',
    make: () => ({
      id: freshId(),
      name: '',
      type: 'parallel',
      branches: [
        { id: freshId(), name: '', blocks: [] },
        { id: freshId(), name: '', blocks: [] },
      ],
    }),
  },
  {
    key: 'wait',
    group: '走向',
    title: '等待',
    icon: 'clock',
    help: '过几个工作日，或等到某一天',
    make: () => ({
      id: freshId(),
      name: '等待',
      type: 'wait',
      timer: { kind: 'duration', value: 'duration("P3D")', working: true },
    }),
  },
  {
    key: 'copy',
    group: '告知',
    title: '抄送传阅',
    icon: 'copy',
    help: '发给他人阅知，不等他们',
    make: () => ({ id: freshId(), name: '抄送', type: 'copy', copy: { handlers: [{ by: 'starter' }] } }),
  },
  {
    key: 'child',
    group: '其他',
    title: '调用子流程',
    icon: 'caseFile',
    help: '另发起一个流程，办完再往下',
    make: () => ({ id: freshId(), name: '子流程', type: 'child', call: { process: '', input: [], output: [] } }),
  },
  {
    key: 'service',
    group: '其他',
    title: '调用服务',
    icon: 'data',
    help: '让系统自动做一件事',
    make: () => ({
      id: freshId(),
      name: '自动办理',
      type: 'service',
      service: { handler: '', input: [], output: [], retries: 3 },
    }),
  },
  {
    key: 'stop',
    group: '其他',
    title: '结束流程',
    icon: 'close',
    help: '走到这里就办结，放在分支最后',
    make: () => ({ id: freshId(), name: '结束', type: 'stop' }),
  },
]
export const kindOf = (key: string): Kind | undefined => kinds.find((kind) => kind.key === key)

/** What the picture and the word on a block are. */
export const looksOf = (block: Block): { icon: IconName; title: string } => {
  const by = (key: string) => kindOf(key) as Kind
  if (block.type !== 'approve') return by(block.type)
  const [first] = block.user.handlers
  if (block.user.way !== 'single' && block.user.way !== 'claim') return by('several')
  return first?.by === 'starter' && block.user.handlers.length === 1 ? by('fill') : by('one')
}

/** The second line of a card: who, how, what. */
export const summaryOf = (block: Block, called: Called): string => {
  switch (block.type) {
    case 'approve': {
      const who = block.user.handlers.map((rule) => ruleWords(rule, called)).join('；') || '还没有设办理人'
      return block.user.way === 'single' ? who : `${wayNames[block.user.way]}：${who}`
    }
    case 'copy':
      return block.copy.handlers.map((rule) => ruleWords(rule, called)).join('；') || '还没有选抄送给谁'
    case 'wait':
      return timerWords(block.timer)
    case 'child':
      return block.call.process ? (block.multi ? '每项一次，都办完再往下走' : '办完再往下走') : '还没有选流程'
    case 'service':
      return block.service.handler || '还没有选服务'
    case 'rule':
      return block.rule.decision ? `按“${block.rule.decision}”` : '还没有决策表'
    case 'choice':
      return block.several ? '符合的都走' : '从左到右，走第一个符合的'
    case 'parallel':
      return '都到了再往下走'
    case 'stop':
      return ''
  }
}
export const limitOf = (block: Block): string =>
  block.type === 'approve' && block.user.limit ? limitWords(block.user.limit) : ''
