import type { WebModule } from '#ui'

const use = 'apps:use'

export const webModule: WebModule = {
  name: 'apps',
  routes: [
    { path: '/apps', title: '我的应用', permission: use, lazy: () => import('./AppsPage.tsx').then((m) => m.AppsPage) },
    {
      path: '/apps/manage',
      title: '应用登记',
      permission: 'apps:register',
      lazy: () => import('./ManagePage.tsx').then((m) => m.ManagePage),
    },
    {
      path: '/apps/manage/new',
      title: '登记应用',
      permission: 'apps:register',
      lazy: () => import('./RegisterPage.tsx').then((m) => m.NewAppPage),
    },
    {
      path: '/apps/manage/$id/edit',
      title: '修改应用登记',
      permission: 'apps:register',
      lazy: () => import('./RegisterPage.tsx').then((m) => m.EditAppPage),
    },
    {
      path: '/apps/review',
      title: '应用审核',
      permission: 'apps:approve',
      lazy: () => import('./ReviewPage.tsx').then((m) => m.ReviewPage),
    },
    {
      path: '/apps/health',
      title: '应用运行监测',
      permission: 'apps:operate',
      lazy: () => import('./HealthPage.tsx').then((m) => m.HealthPage),
    },
    {
      path: '/apps/webhooks',
      title: '事件送达',
      permission: 'apps:operate',
      lazy: () => import('./WebhookHealthPage.tsx').then((m) => m.WebhookHealthPage),
    },
    {
      path: '/apps/manage/$id/webhooks',
      title: '事件订阅',
      permission: 'apps:register',
      lazy: () => import('./WebhooksPage.tsx').then((m) => m.WebhooksPage),
    },
    {
      path: '/apps/manage/$id/webhooks/new',
      title: '新增事件订阅',
      permission: 'apps:register',
      lazy: () => import('./WebhookFormPage.tsx').then((m) => m.WebhookFormPage),
    },
    {
      path: '/apps/manage/$id/webhooks/$hook',
      title: '修改事件订阅',
      permission: 'apps:register',
      lazy: () => import('./WebhookFormPage.tsx').then((m) => m.WebhookFormPage),
    },
    {
      path: '/apps/manage/$id/webhooks/$hook/deliveries',
      title: '送达情况',
      permission: 'apps:register',
      lazy: () => import('./WebhookDeliveriesPage.tsx').then((m) => m.WebhookDeliveriesPage),
    },
    {
      path: '/apps/guide',
      title: '接入指南',
      permission: use,
      lazy: () => import('./GuidePage.tsx').then((m) => m.GuidePage),
    },
    { path: '/apps/$id', title: '应用', permission: use, lazy: () => import('./AppPage.tsx').then((m) => m.AppPage) },
    {
      path: '/consent/login/$uid',
      title: '登录应用',
      lazy: () => import('./ConsentPages.tsx').then((m) => m.GoOnPage),
    },
    {
      path: '/consent/again/$uid',
      title: '再次确认身份',
      lazy: () => import('./ConsentPages.tsx').then((m) => m.AgainPage),
    },
    {
      path: '/consent/error',
      title: '无法登录应用',
      public: true,
      lazy: () => import('./ConsentPages.tsx').then((m) => m.ConsentErrorPage),
    },
    {
      path: '/consent/$uid',
      title: '应用请求授权',
      lazy: () => import('./ConsentPages.tsx').then((m) => m.ConsentPage),
    },
  ],
  menu: [{ key: 'apps', title: '应用', icon: 'columns', path: '/apps', order: 38, permission: use }],
  commands: [
    {
      id: 'apps.new',
      title: '登记应用',
      keywords: ['dengji', 'yingyong', 'djyy', '接入'],
      permission: 'apps:register',
      action: { label: '打开', to: '/apps/manage/new' },
    },
    {
      id: 'apps.guide',
      title: '接入指南',
      keywords: ['jieru', 'zhinan', 'jrzn', '开发者', 'openid', 'webhook'],
      permission: use,
      action: { label: '打开', to: '/apps/guide' },
    },
    {
      id: 'apps.health',
      title: '应用运行监测',
      keywords: ['yunxing', 'jiance', '僵尸应用', '健康'],
      permission: 'apps:operate',
      action: { label: '打开', to: '/apps/health' },
    },
  ],
}
