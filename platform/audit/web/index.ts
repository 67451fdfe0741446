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
    {
      path: '/audit/checkpoints',
      title: '校验点',
      permission: 'audit:read',
      lazy: () => import('./CheckpointsPage.tsx').then((m) => m.CheckpointsPage),
    },
    {
      path: '/audit/export',
      title: '导出审计记录',
      permission: 'audit:read',
      lazy: () => import('./ExportPage.tsx').then((m) => m.ExportPage),
    },
  ],
  menu: [{ key: 'audit', title: '审计记录', icon: 'doc', path: '/audit', order: 160, permission: 'audit:read' }],
}
