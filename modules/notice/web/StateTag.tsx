import { Tag } from '#ui'
import { type NoticeState, noticeStates } from '../contract.ts'

const tones = { draft: 'plain', pending: 'primary', returned: 'warn', published: 'ok', withdrawn: 'over' } as const

export const StateTag = ({ state }: { state: NoticeState }) => <Tag tone={tones[state]}>{noticeStates[state]}</Tag>
