import type { WebModule } from '#ui'

const read = 'matters:read'
const edit = 'matters:edit'

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
  menu: [{ key: 'matters', title: '事项', icon: 'all', path: '/matters', order: 54, permission: read }],
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
