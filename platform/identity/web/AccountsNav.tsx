import { SectionNav } from '#ui'

const pages = [
  { to: '/accounts', title: '账号', permission: 'identity:accounts' },
  { to: '/accounts/openings', title: '成批开通', permission: 'identity:accounts' },
  { to: '/accounts/rule', title: '开通规则', permission: 'identity:accounts' },
  { to: '/recoveries', title: '账号找回', permission: 'identity:recover' },
] as const

/** From one page of the accounts to the next. */
export const AccountsNav = () => <SectionNav label="账号管理" pages={pages} />
