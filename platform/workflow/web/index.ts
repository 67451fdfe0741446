import type { WebModule } from '#ui'

const permission = 'workflow:start'
const administer = 'workflow:administer'

export const webModule: WebModule = {
  name: 'workflow',
  routes: [
    { path: '/cases', title: '办件', permission, lazy: () => import('./CasesPage.tsx').then((m) => m.CasesPage) },
    {
      path: '/cases/new',
      title: '发起办件',
      permission,
      lazy: () => import('./StartPage.tsx').then((m) => m.StartPage),
    },
    {
      path: '/cases/administration',
      title: '管理办件',
      permission: administer,
      lazy: () => import('./administration/AdministrationPage.tsx').then((m) => m.AdministrationPage),
    },
    {
      path: '/cases/migrations',
      title: '办件换版',
      permission: administer,
      lazy: () => import('./administration/MigrationsPage.tsx').then((m) => m.MigrationsPage),
    },
    {
      path: '/cases/migrations/new',
      title: '换版',
      permission: administer,
      lazy: () => import('./administration/NewMigrationPage.tsx').then((m) => m.NewMigrationPage),
    },
    {
      path: '/cases/handings',
      title: '移交',
      permission: administer,
      lazy: () => import('./administration/HandingsPage.tsx').then((m) => m.HandingsPage),
    },
    {
      path: '/cases/absences',
      title: '不在岗人员',
      permission: administer,
      lazy: () => import('./absences/AbsencesPage.tsx').then((m) => m.AbsencesPage),
    },
    {
      path: '/cases/delegations',
      title: '办理委托',
      permission: 'workflow:handle',
      lazy: () => import('./DelegationsPage.tsx').then((m) => m.DelegationsPage),
    },
    {
      path: '/cases/away',
      title: '我的不在岗',
      permission: 'workflow:handle',
      lazy: () => import('./absences/AwayPage.tsx').then((m) => m.AwayPage),
    },
    {
      path: '/cases/processes',
      title: '流程',
      permission: 'workflow:design',
      lazy: () => import('./designer/ProcessesPage.tsx').then((m) => m.ProcessesPage),
    },
    {
      path: '/cases/processes/$id',
      title: '流程设计',
      permission: 'workflow:design',
      lazy: () => import('./designer/DesignPage.tsx').then((m) => m.DesignPage),
    },
    {
      path: '/cases/$id',
      title: '办件',
      permission: 'workflow:handle',
      lazy: () => import('./CasePage.tsx').then((m) => m.CasePage),
    },
  ],
  inboxViews: [
    {
      key: 'started',
      title: '我发起',
      order: 10,
      permission,
      lazy: () => import('./started.tsx').then((m) => m.started),
    },
  ],
  inboxBodies: [{ source: 'workflow', lazy: () => import('./CaseBody.tsx').then((m) => m.CaseBody) }],
  menu: [{ key: 'cases', title: '办件', icon: 'caseFile', path: '/cases', order: 40, permission }],
}
