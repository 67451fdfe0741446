import type { WebModule } from '#ui'

export const webModule: WebModule = {
  name: 'keys',
  routes: [
    {
      path: '/keys',
      title: '数据密钥',
      permission: 'keys:read',
      lazy: () => import('./KeysPage.tsx').then((m) => m.KeysPage),
    },
  ],
  menu: [{ key: 'keys', title: '数据密钥', icon: 'seal', path: '/keys', order: 159, permission: 'keys:read' }],
}
