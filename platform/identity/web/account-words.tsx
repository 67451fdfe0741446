import { format, Light, type LightState } from '#ui'
import { type AccountRow, type AccountState, accountStates } from '../contract.ts'

const lights: Record<AccountState, LightState> = {
  none: 'off',
  opened: 'warn',
  active: 'ok',
  locked: 'over',
  closed: 'off',
}
export const AccountLight = ({ state }: { state: AccountState }) => (
  <Light state={lights[state]}>{accountStates[state]}</Light>
)

/** How it stands with the activation part, as a few words. */
export const partWords = ({ state, part }: AccountRow): string => {
  if (state !== 'opened' && state !== 'locked') return ''
  if (!part) return '没有发激活码'
  if (part.over) return '激活码已过期'
  const how = { sheet: '已打印或导出', sms: '已发短信', failed: '短信没有发出' } as const
  return `${part.told ? how[part.told] : '还没有交给本人'}，${format.moment(part.expiresAt)} 前有效`
}

export const placeOf = ({ org, unit }: AccountRow): string =>
  org.id === unit.id ? org.name : `${org.name} ${unit.name}`
