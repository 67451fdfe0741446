import type { WebModule } from '#ui'

export const webModule: WebModule = {
  name: 'workbench',
  routes: [
    { path: '/', title: '工作台', lazy: () => import('./WorkbenchPage.tsx').then((m) => m.WorkbenchPage) },
    {
      path: '/workbench/units',
      title: '工作台安排',
      permission: 'workbench:arrange',
      lazy: () => import('./UnitsPage.tsx').then((m) => m.UnitsPage),
    },
  ],
  menu: [
    { key: 'home', title: '工作台', icon: 'home', path: '/', order: 30, phone: true },
    {
      key: 'workbench',
      title: '工作台安排',
      icon: 'settings',
      path: '/workbench/units',
      order: 158,
      permission: 'workbench:arrange',
    },
  ],
  cards: [
    {
      key: 'handled',
      title: '我经办的办件',
      order: 50,
      path: '/tasks',
      search: { kind: 'closed', source: 'workflow' },
      linkTitle: '全部经办',
      permission: 'workflow:handle',
      lazy: () => import('./HandledCard.tsx').then((m) => m.HandledCard),
    },
    {
      key: 'applications',
      title: '我的申请',
      order: 60,
      path: '/cases',
      linkTitle: '全部申请',
      permission: 'workflow:start',
      lazy: () => import('./ApplicationsCard.tsx').then((m) => m.ApplicationsCard),
    },
  ],
}
