import type { MenuItem, RouteDef } from '#ui'

const read = 'grant:read'
const propose = 'grant:propose'

export const grantRoutes: readonly RouteDef[] = [
  {
    path: '/grants',
    title: '授权',
    permission: read,
    lazy: () => import('./GrantsPage.tsx').then((m) => m.GrantsPage),
  },
  {
    path: '/grants/new',
    title: '授予角色',
    permission: read,
    lazy: () => import('./GrantsNewPage.tsx').then((m) => m.GrantsNewPage),
  },
  {
    path: '/grants/proposals',
    title: '提请与审批',
    permission: read,
    lazy: () => import('./GrantsProposalsPage.tsx').then((m) => m.GrantsProposalsPage),
  },
  {
    path: '/grants/why',
    title: '为什么能、不能',
    permission: read,
    lazy: () => import('./WhyPage.tsx').then((m) => m.WhyPage),
  },
  {
    path: '/roles',
    title: '角色与权限',
    permission: 'role:read',
    lazy: () => import('./RolesPage.tsx').then((m) => m.RolesPage),
  },
  {
    path: '/roles/new',
    title: '新建角色',
    permission: propose,
    lazy: () => import('./RolesFormPage.tsx').then((m) => m.NewRolePage),
  },
  {
    path: '/roles/$name',
    title: '提出变更',
    permission: propose,
    lazy: () => import('./RolesFormPage.tsx').then((m) => m.EditRolePage),
  },
  {
    path: '/delegations',
    title: '授权委托',
    lazy: () => import('./DelegationsPage.tsx').then((m) => m.DelegationsPage),
  },
  {
    path: '/delegations/new',
    title: '委托他人',
    permission: 'delegation:lend',
    lazy: () => import('./DelegationsNewPage.tsx').then((m) => m.DelegationsNewPage),
  },
]

export const grantMenu: readonly MenuItem[] = [
  { key: 'grants', title: '权限管理', icon: 'lock', path: '/grants', order: 157, permission: read },
]

export const grantCommands = [
  {
    id: 'me.delegations',
    title: '授权委托',
    keywords: ['sqwt', 'weituo', '委托', '代理'],
    action: { label: '打开', to: '/delegations' },
  },
]
