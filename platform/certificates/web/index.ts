import type { WebModule } from '#ui'

const read = 'certificates:read'
const manage = 'certificates:manage'

export const webModule: WebModule = {
  name: 'certificates',
  routes: [
    {
      path: '/certificates',
      title: '证书',
      permission: read,
      lazy: () => import('./CertificatesPage.tsx').then((m) => m.CertificatesPage),
    },
    {
      path: '/certificates/issue',
      title: '签发证书',
      permission: manage,
      lazy: () => import('./IssuePage.tsx').then((m) => m.IssuePage),
    },
    {
      path: '/certificates/import',
      title: '导入证书',
      permission: manage,
      lazy: () => import('./ImportPage.tsx').then((m) => m.ImportPage),
    },
    {
      path: '/certificates/anchors',
      title: '信任的根',
      permission: read,
      lazy: () => import('./AnchorsPage.tsx').then((m) => m.AnchorsPage),
    },
    {
      path: '/certificates/anchors/new',
      title: '提出信任的根',
      permission: 'certificates:propose',
      lazy: () => import('./AnchorFormPage.tsx').then((m) => m.AnchorFormPage),
    },
  ],
  menu: [{ key: 'certificates', title: '证书', icon: 'seal', path: '/certificates', order: 159, permission: read }],
}
