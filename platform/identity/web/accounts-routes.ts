import type { MenuItem, RouteDef } from '#ui'

const see = 'identity:accounts'

export const accountRoutes: readonly RouteDef[] = [
  {
    path: '/accounts',
    title: '账号',
    permission: see,
    lazy: () => import('./AccountsPage.tsx').then((m) => m.AccountsPage),
  },
  {
    path: '/accounts/sheet',
    title: '激活码',
    permission: 'identity:open',
    lazy: () => import('./SheetPage.tsx').then((m) => m.SheetPage),
  },
  {
    path: '/accounts/openings',
    title: '成批开通',
    permission: see,
    lazy: () => import('./OpeningsPage.tsx').then((m) => m.OpeningsPage),
  },
  {
    path: '/accounts/rule',
    title: '开通规则',
    permission: see,
    lazy: () => import('./AccountRulePage.tsx').then((m) => m.AccountRulePage),
  },
  {
    path: '/activate',
    title: '激活账号',
    public: true,
    lazy: () => import('./ActivatePage.tsx').then((m) => m.ActivatePage),
  },
]

export const accountMenu: readonly MenuItem[] = [
  { key: 'accounts', title: '账号管理', icon: 'lock', path: '/accounts', order: 165, permission: see },
]
