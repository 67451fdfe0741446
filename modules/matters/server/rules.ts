import { AppError } from '#kernel/errors'
import { type MatterAction, type VersionState, versionStates } from '../contract.ts'

/** Who the caller is to a matter: decided by the query that reads it, scope included. */
export interface Standing {
  editor: boolean
  approver: boolean
  /** sent the version for approval, so somebody else approves it */
  submitter: boolean
}

const changing: readonly VersionState[] = ['draft', 'returned']
const moves: Partial<Record<MatterAction, { verb: string; from: readonly VersionState[] }>> = {
  edit: { verb: '修改', from: changing },
  submit: { verb: '送审', from: changing },
  discard: { verb: '删除', from: changing },
  approve: { verb: '审核通过', from: ['review'] },
  sendBack: { verb: '退回', from: ['review', 'approved'] },
}

export const allowsVersion = (action: MatterAction, state: VersionState, standing: Standing): boolean => {
  const move = moves[action]
  if (!move?.from.includes(state)) return false
  if (action === 'approve') return standing.approver && !standing.submitter
  return action === 'sendBack' ? standing.approver : standing.editor
}

export const refuseState = (action: MatterAction, state: VersionState): void => {
  const move = moves[action]
  if (move && !move.from.includes(state))
    throw new AppError(409, 'matters.state', `这一版现在是“${versionStates[state]}”，不能${move.verb}。请刷新后再看。`)
}
