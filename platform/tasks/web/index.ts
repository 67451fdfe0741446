import type { WebModule } from '#ui'
import { useFollowedCount, useOpenCount } from './use-counts.ts'

export const webModule: WebModule = {
  name: 'tasks',
  routes: [
    {
      path: '/tasks',
      title: '待办',
      permission: 'tasks:read',
      lazy: () => import('./TasksPage.tsx').then((m) => m.TasksPage),
    },
  ],
  menu: [
    {
      key: 'tasks',
      title: '待办',
      icon: 'task',
      path: '/tasks',
      order: 20,
      phone: true,
      permission: 'tasks:read',
      useCount: useOpenCount,
    },
  ],
  inboxViews: [
    {
      key: 'followed',
      title: '我关注',
      order: 20,
      permission: 'tasks:read',
      useCount: useFollowedCount,
      lazy: () => import('./followed.tsx').then((m) => m.followed),
    },
  ],
  cards: [
    {
      key: 'tasks',
      title: '待办',
      order: 10,
      path: '/tasks',
      permission: 'tasks:read',
      place: 'full',
      lazy: () => import('./TasksCard.tsx').then((m) => m.TasksCard),
    },
  ],
}
