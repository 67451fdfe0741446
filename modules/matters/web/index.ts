import type { WebModule } from '#ui'

const read = 'matters:read'
const edit = 'matters:edit'
const apply = 'matters:apply'

export const webModule: WebModule = {
  name: 'matters',
  routes: [
    {
      path: '/matters',
      title: '事项目录',
      permission: read,
      lazy: () => import('./CataloguePage.tsx').then((m) => m.CataloguePage),
    },
    {
      path: '/matters/work',
      title: '编制中的事项',
      permission: edit,
      lazy: () => import('./WorkPage.tsx').then((m) => m.WorkPage),
    },
    {
      path: '/matters/review',
      title: '待审核的事项',
      permission: 'matters:approve',
      lazy: () => import('./WorkPage.tsx').then((m) => m.ReviewPage),
    },
    {
      path: '/matters/claim',
      title: '认领事项',
      permission: edit,
      lazy: () => import('./ClaimPage.tsx').then((m) => m.ClaimPage),
    },
    {
      path: '/matters/new',
      title: '新编事项',
      permission: edit,
      lazy: () => import('./NewMatterPage.tsx').then((m) => m.NewMatterPage),
    },
    {
      path: '/matters/imports',
      title: '成批导入和导出',
      permission: edit,
      lazy: () => import('./ImportPage.tsx').then((m) => m.ImportPage),
    },
    {
      path: '/matters/held',
      title: '不得要求提供的证照和数据',
      permission: read,
      lazy: () => import('./HeldPage.tsx').then((m) => m.HeldPage),
    },
    {
      path: '/services',
      title: '办事',
      permission: apply,
      lazy: () => import('./ServicesPage.tsx').then((m) => m.ServicesPage),
    },
    {
      path: '/services/$id/apply',
      title: '申请办事',
      permission: apply,
      lazy: () => import('./ApplyPage.tsx').then((m) => m.ApplyPage),
    },
    {
      path: '/services/bundles/$id',
      title: '一件事',
      permission: apply,
      lazy: () => import('./ApplyPage.tsx').then((m) => m.BundlePage),
    },
    {
      path: '/services/cases',
      title: '我的办件',
      permission: apply,
      lazy: () => import('./CasesPage.tsx').then((m) => m.MyCasesPage),
    },
    {
      path: '/services/to-handle',
      title: '待我办理的办件',
      permission: apply,
      lazy: () => import('./CasesPage.tsx').then((m) => m.ToHandlePage),
    },
    {
      path: '/services/complaints',
      title: '投诉',
      permission: 'matters:approve',
      lazy: () => import('./CasesPage.tsx').then((m) => m.ComplaintsPage),
    },
    {
      path: '/services/cases/$id',
      title: '办件',
      permission: apply,
      lazy: () => import('./CasePage.tsx').then((m) => m.CasePage),
    },
    {
      path: '/matters/$id',
      title: '办事指南',
      permission: read,
      lazy: () => import('./MatterPage.tsx').then((m) => m.MatterPage),
    },
    {
      path: '/matters/$id/versions/$versionId',
      title: '事项的版本',
      permission: read,
      lazy: () => import('./VersionPage.tsx').then((m) => m.VersionPage),
    },
    {
      path: '/matters/$id/versions/$versionId/edit',
      title: '编制事项',
      permission: edit,
      lazy: () => import('./EditorPage.tsx').then((m) => m.EditorPage),
    },
  ],
  menu: [
    { key: 'services', title: '办事', icon: 'check', path: '/services', order: 52, permission: apply },
    { key: 'matters', title: '事项', icon: 'doc', path: '/matters', order: 54, permission: read },
  ],
  commands: [
    {
      id: 'matters.claim',
      title: '认领事项',
      keywords: ['renling', 'shixiang', 'rlsx'],
      permission: edit,
      action: { label: '打开', to: '/matters/claim' },
    },
  ],
}
