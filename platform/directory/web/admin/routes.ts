import type { RouteDef } from '#ui'

const manage = 'directory:manage'
const visibility = 'directory:visibility'
const restructure = 'directory:restructure'

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
  {
    path: '/organization/imports',
    title: '导入',
    permission: 'directory:import',
    lazy: () => import('./ImportsPage.tsx').then((m) => m.ImportsPage),
  },
  {
    path: '/organization/imports/new',
    title: '上传表格',
    permission: 'directory:import',
    lazy: () => import('./NewImportPage.tsx').then((m) => m.NewImportPage),
  },
  {
    path: '/organization/imports/$id',
    title: '导入',
    permission: 'directory:import',
    lazy: () => import('./ImportPage.tsx').then((m) => m.ImportPage),
  },
  {
    path: '/organization/export',
    title: '导出',
    permission: 'directory:export',
    lazy: () => import('./ExportPage.tsx').then((m) => m.ExportPage),
  },
  {
    path: '/organization/books',
    title: '行业通讯录',
    permission: manage,
    lazy: () => import('./books/BooksPage.tsx').then((m) => m.BooksPage),
  },
  {
    path: '/organization/books/new',
    title: '新建行业通讯录',
    permission: manage,
    lazy: () => import('./books/BookFormPage.tsx').then((m) => m.NewBookPage),
  },
  {
    path: '/organization/books/$id',
    title: '行业通讯录',
    permission: manage,
    lazy: () => import('./books/BookPage.tsx').then((m) => m.BookPage),
  },
  {
    path: '/organization/books/$id/edit',
    title: '修改行业通讯录',
    permission: manage,
    lazy: () => import('./books/BookFormPage.tsx').then((m) => m.EditBookPage),
  },
  {
    path: '/organization/duties',
    title: '岗位职责种类',
    permission: 'directory:configure',
    lazy: () => import('./duties/DutyKindsPage.tsx').then((m) => m.DutyKindsPage),
  },
  {
    path: '/organization/scim',
    title: 'SCIM 对接',
    permission: 'directory:scim',
    lazy: () => import('./scim/ScimPage.tsx').then((m) => m.ScimPage),
  },
  {
    path: '/organization/scim/new',
    title: '登记 SCIM 客户端',
    permission: 'directory:scim',
    lazy: () => import('./scim/NewScimPage.tsx').then((m) => m.NewScimPage),
  },
  {
    path: '/structure',
    title: '机构改革',
    permission: restructure,
    lazy: () => import('./structure/PlansPage.tsx').then((m) => m.PlansPage),
  },
  {
    path: '/structure/new',
    title: '起草机构改革方案',
    permission: restructure,
    lazy: () => import('./structure/PlanFormPage.tsx').then((m) => m.NewPlanPage),
  },
  {
    path: '/structure/$id',
    title: '机构改革方案',
    permission: restructure,
    lazy: () => import('./structure/PlanPage.tsx').then((m) => m.PlanPage),
  },
  {
    path: '/structure/$id/edit',
    title: '修改机构改革方案',
    permission: restructure,
    lazy: () => import('./structure/PlanFormPage.tsx').then((m) => m.EditPlanPage),
  },
  {
    path: '/visibility/rules',
    title: '可见性规则',
    permission: visibility,
    lazy: () => import('./RulesPage.tsx').then((m) => m.RulesPage),
  },
  {
    path: '/visibility/rules/new',
    title: '新建可见性规则',
    permission: visibility,
    lazy: () => import('./RuleFormPage.tsx').then((m) => m.NewRulePage),
  },
  {
    path: '/visibility/rules/$id',
    title: '修改可见性规则',
    permission: visibility,
    lazy: () => import('./RuleFormPage.tsx').then((m) => m.EditRulePage),
  },
  {
    path: '/visibility',
    title: '为什么看得到、看不到',
    permission: 'directory:explain',
    lazy: () => import('./ExplainPage.tsx').then((m) => m.ExplainPage),
  },
]
