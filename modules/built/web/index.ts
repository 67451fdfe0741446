import type { WebModule } from '#ui'

const use = 'built:use'
const define = 'built:define'

export const webModule: WebModule = {
  name: 'built',
  routes: [
    {
      path: '/built',
      title: '自建应用',
      permission: use,
      lazy: () => import('./AppsPage.tsx').then((m) => m.AppsPage),
    },
    {
      path: '/built/design',
      title: '搭建应用',
      permission: define,
      lazy: () => import('./DesignPage.tsx').then((m) => m.DesignPage),
    },
    {
      path: '/built/design/new',
      title: '导入应用定义',
      permission: define,
      lazy: () => import('./NewAppPage.tsx').then((m) => m.NewAppPage),
    },
    {
      path: '/built/design/$id',
      title: '应用定义',
      permission: define,
      lazy: () => import('./AppDesignPage.tsx').then((m) => m.AppDesignPage),
    },
    {
      path: '/built/$app',
      title: '自建应用',
      permission: use,
      lazy: () => import('./EntityPage.tsx').then((m) => m.EntityPage),
    },
    {
      path: '/built/$app/$entity',
      title: '自建应用',
      permission: use,
      lazy: () => import('./EntityPage.tsx').then((m) => m.EntityPage),
    },
    {
      path: '/built/$app/$entity/new',
      title: '填写',
      permission: use,
      lazy: () => import('./NewRecordPage.tsx').then((m) => m.NewRecordPage),
    },
    {
      path: '/built/$app/$entity/$id',
      title: '记录',
      permission: use,
      lazy: () => import('./RecordPage.tsx').then((m) => m.RecordPage),
    },
  ],
  menu: [{ key: 'built', title: '自建应用', icon: 'data', path: '/built', order: 45, permission: use }],
  commands: [
    {
      id: 'built.apps',
      title: '自建应用',
      keywords: ['zijian', 'zjyy', '应用', '请假', '请休假'],
      permission: use,
      action: { label: '打开', to: '/built' },
    },
  ],
}
