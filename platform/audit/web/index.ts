import type { WebModule } from '#ui'

export const webModule: WebModule = {
  name: 'audit',
  routes: [
    {
      path: '/audit',
      title: '审计记录',
      permission: 'audit:read',
      lazy: () => import('./AuditPage.tsx').then((m) => m.AuditPage),
    },
  ],
  menu: [{ key: 'audit', title: '审计记录', icon: 'doc', path: '/audit', order: 160, permission: 'audit:read' }],
}
