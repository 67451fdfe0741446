import type { RouteDef } from '#ui'

const manage = 'directory:manage'

/** 组织管理, each page fetched when it is opened. */
export const adminRoutes: RouteDef[] = [
  {
    path: '/organization',
    title: '人员',
    permission: manage,
    lazy: () => import('./PeoplePage.tsx').then((m) => m.PeoplePage),
  },
  {
    path: '/organization/people/new',
    title: '新建人员',
    permission: manage,
    lazy: () => import('./NewPersonPage.tsx').then((m) => m.NewPersonPage),
  },
  {
    path: '/organization/people/$id/post',
    title: '增加任职',
    permission: manage,
    lazy: () => import('./AddPostPage.tsx').then((m) => m.AddPostPage),
  },
  {
    path: '/organization/units',
    title: '单位',
    permission: manage,
    lazy: () => import('./UnitsPage.tsx').then((m) => m.UnitsPage),
  },
  {
    path: '/organization/units/new',
    title: '新建单位',
    permission: manage,
    lazy: () => import('./UnitForm.tsx').then((m) => m.NewUnitPage),
  },
]
