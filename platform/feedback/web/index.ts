import type { WebModule } from '#ui'

export const webModule: WebModule = {
  name: 'feedback',
  routes: [
    {
      path: '/feedback',
      title: '投诉建议办理',
      permission: 'feedback:handle',
      lazy: () => import('./InboxPage.tsx').then((m) => m.InboxPage),
    },
    {
      path: '/feedback/mine',
      title: '我的投诉建议',
      lazy: () => import('./MyFeedbackPage.tsx').then((m) => m.MyFeedbackPage),
    },
  ],
  menu: [
    {
      key: 'feedback',
      title: '投诉建议',
      icon: 'feedback',
      path: '/feedback',
      order: 190,
      permission: 'feedback:handle',
    },
  ],
  commands: [
    {
      id: 'feedback.mine',
      title: '我的投诉建议',
      keywords: ['wdtsjy', 'tousujianyi', '求助', '反馈'],
      action: { label: '打开', to: '/feedback/mine' },
    },
  ],
}
