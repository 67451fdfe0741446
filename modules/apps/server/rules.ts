import type { FieldFault } from '#kernel/errors'
import { AppError } from '#kernel/errors'
import {
  type AppAction,
  type ApplicationContent,
  type AppState,
  apiScopes,
  appStates,
  type PendingState,
} from '../contract.ts'

/** Where an application stands: its state, and that of the registration or change on its way. */
export interface Standing {
  state: AppState
  pending: PendingState | null
}

/** What may be done when; `by` names the permission it takes. */
interface Move {
  by: 'apps:register' | 'apps:approve' | 'apps:operate'
  /** the states of the change; absent: whatever it is */
  pending?: readonly (PendingState | null)[]
  state: readonly AppState[]
}
const BEFORE: readonly AppState[] = ['draft', 'checked', 'submitted']
const OPEN: readonly AppState[] = [...BEFORE, 'approved']
export const moves: Record<AppAction, Move> = {
  edit: { by: 'apps:register', state: OPEN, pending: [null, 'draft', 'checked'] },
  check: { by: 'apps:register', state: OPEN, pending: ['draft', 'checked'] },
  submit: { by: 'apps:register', state: OPEN, pending: ['checked'] },
  recall: { by: 'apps:register', state: OPEN, pending: ['submitted'] },
  approve: { by: 'apps:approve', state: OPEN, pending: ['submitted'] },
  sendBack: { by: 'apps:approve', state: OPEN, pending: ['submitted'] },
  suspend: { by: 'apps:operate', state: ['approved'] },
  resume: { by: 'apps:operate', state: ['suspended'] },
  retire: { by: 'apps:operate', state: [...OPEN, 'suspended'] },
  secret: { by: 'apps:register', state: OPEN },
}

export const isOpen = (action: AppAction, { state, pending }: Standing): boolean => {
  const move = moves[action]
  return move.state.includes(state) && (move.pending === undefined || move.pending.includes(pending))
}

const verbs: Record<AppAction, string> = {
  edit: '修改',
  check: '检测',
  submit: '送审',
  recall: '撤回',
  approve: '批准',
  sendBack: '退回',
  suspend: '停用',
  resume: '恢复',
  retire: '退役',
  secret: '生成密钥',
}
export const wrongState = (action: AppAction, { state, pending }: Standing): AppError => {
  const change = pending && state === 'approved' ? `、变更${appStates[pending]}` : ''
  const hint = action === 'submit' && pending === 'draft' ? '请先检测接口，全部通过后再送审。' : '请刷新后再看。'
  return new AppError(409, 'wrong-state', `应用${appStates[state]}${change}，现在不能${verbs[action]}。${hint}`)
}

const readsDirectory = (content: ApplicationContent): boolean => content.scopes.includes('directory.read')
const signsIn = (content: ApplicationContent): boolean =>
  content.production.redirectUris.length > 0 || content.scopes.some((scope) => !Object.hasOwn(apiScopes, scope))

/** What a registration still lacks, field by field. */
export const gaps = (content: ApplicationContent): FieldFault[] => {
  const faults: FieldFault[] = []
  const lack = (path: string, isMissing: boolean, message: string) => {
    if (isMissing) faults.push({ path, message })
  }
  lack('summary', content.summary === '', '请用一句话说明应用做什么。')
  lack('contacts', content.contacts.length === 0, '请至少写一位联系人。')
  lack('filingNo', content.filingNo === '', '请填写备案号。')
  lack('release', content.release === '', '请填写版本。')
  lack(
    'desktopUrl',
    content.desktopUrl === null && content.phoneUrl === null && signsIn(content),
    '请至少填写一个入口。',
  )
  lack(
    'audienceUnits',
    signsIn(content) && !content.openToAll && content.audienceUnits.length + content.audienceDuties.length === 0,
    '请选择谁可以使用。',
  )
  lack('production', content.production.redirectUris.length === 0 && signsIn(content), '请填写正式环境的登录回调地址。')
  lack('directoryUnits', readsDirectory(content) && content.directoryUnits.length === 0, '请选择读取通讯录的范围。')
  lack('healthUrl', content.healthUrl === null, '请填写健康检查地址，平台据此判断应用是否正常。')
  return faults
}

/** What is granted is at most what was asked. */
export const excess = (
  asked: Pick<ApplicationContent, 'scopes' | 'directoryFields'>,
  granted: Pick<ApplicationContent, 'scopes' | 'directoryFields'>,
): FieldFault[] =>
  (['scopes', 'directoryFields'] as const).flatMap((path) => {
    const known = new Set<string>(asked[path])
    return granted[path].some((one) => !known.has(one)) ? [{ path, message: '批准的不能多于申请的。' }] : []
  })
