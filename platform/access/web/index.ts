import type { WebModule } from '#ui'

export { reportPosture } from './posture.ts'

const read = 'access:read'

export const webModule: WebModule = {
  name: 'access',
  routes: [
    {
      path: '/access',
      title: '访问策略',
      permission: read,
      lazy: () => import('./PoliciesPage.tsx').then((m) => m.PoliciesPage),
    },
    {
      path: '/access/new',
      title: '提出新版本',
      permission: 'access:propose',
      lazy: () => import('./PolicyFormPage.tsx').then((m) => m.PolicyFormPage),
    },
    {
      path: '/access/decisions',
      title: '最近的决定',
      permission: read,
      lazy: () => import('./DecisionsPage.tsx').then((m) => m.DecisionsPage),
    },
    {
      path: '/access/zones',
      title: '网络区域',
      permission: read,
      lazy: () => import('./ZonesPage.tsx').then((m) => m.ZonesPage),
    },
    {
      path: '/access/$id',
      title: '访问策略',
      permission: read,
      lazy: () => import('./PolicyPage.tsx').then((m) => m.PolicyPage),
    },
    {
      path: '/me/access',
      title: '我的访问环境',
      lazy: () => import('./MyAccessPage.tsx').then((m) => m.MyAccessPage),
    },
  ],
  menu: [{ key: 'access', title: '访问策略', icon: 'filter', path: '/access', order: 158, permission: read }],
  commands: [
    {
      id: 'me.access',
      title: '我的访问环境',
      keywords: ['wdfwhj', 'fangwenhuanjing', '网络', '遮盖', '拒绝'],
      action: { label: '打开', to: '/me/access' },
    },
  ],
}
