import { SectionNav } from '#ui'
import './grants.css'

const pages = [
  { to: '/grants', title: '授权', permission: 'grant:read' },
  { to: '/grants/proposals', title: '提请与审批', permission: 'grant:read' },
  { to: '/roles', title: '角色与权限', permission: 'role:read' },
  { to: '/grants/why', title: '为什么能、不能', permission: 'grant:read' },
] as const

/** From one page of the powers to the next. */
export const GrantsNav = () => <SectionNav label="权限管理" pages={pages} />
