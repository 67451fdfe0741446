import type { WebModule } from '#ui'
import { useUnread } from './use-unread.ts'

export const webModule: WebModule = {
  name: 'notice',
  routes: [
    {
      path: '/notices',
      title: '通知公告',
      permission: 'notice:read',
      lazy: () => import('./NoticesPage.tsx').then((m) => m.NoticesPage),
    },
    {
      path: '/notices/manage',
      title: '通知管理',
      permission: 'notice:write',
      lazy: () => import('./ManagePage.tsx').then((m) => m.ManagePage),
    },
    {
      path: '/notices/new',
      title: '起草通知',
      permission: 'notice:write',
      lazy: () => import('./EditorPage.tsx').then((m) => m.NewNoticePage),
    },
    {
      path: '/notices/$id/edit',
      title: '修改通知',
      permission: 'notice:write',
      lazy: () => import('./EditorPage.tsx').then((m) => m.EditNoticePage),
    },
  ],
  menu: [
    {
      key: 'notices',
      title: '通知',
      icon: 'megaphone',
      path: '/notices',
      order: 35,
      permission: 'notice:read',
      useCount: useUnread,
    },
  ],
  commands: [
    {
      id: 'notices.new',
      title: '起草通知',
      keywords: ['qicao', 'tongzhi', 'qctz', '公告'],
      permission: 'notice:write',
      action: { label: '打开', to: '/notices/new' },
    },
  ],
  cards: [
    {
      key: 'notices',
      title: '通知公告',
      order: 40,
      path: '/notices',
      linkTitle: '全部通知',
      permission: 'notice:read',
      lazy: () => import('./NoticesCard.tsx').then((m) => m.NoticesCard),
    },
  ],
}
