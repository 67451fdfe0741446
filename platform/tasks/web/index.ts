import { lazy } from 'react'
import type { WebModule } from '#ui'
import { useFollowedCount, useOpenCount } from './use-counts.ts'

export * from './opinion/draft.ts'

// pieces for the pages of services that stand above; each comes with the first page that shows it
/** @public the star of a case */
export const FollowButton = lazy(() => import('./FollowButton.tsx').then((m) => ({ default: m.FollowButton })))
/** @public where an opinion is written */
export const OpinionBox = lazy(() => import('./opinion/OpinionBox.tsx').then((m) => ({ default: m.OpinionBox })))
/** @public what was kept with an opinion */
export const OpinionView = lazy(() => import('./opinion/OpinionView.tsx').then((m) => ({ default: m.OpinionView })))

export const webModule: WebModule = {
  name: 'tasks',
  routes: [
    {
      path: '/tasks',
      title: '待办',
      permission: 'tasks:read',
      lazy: () => import('./TasksPage.tsx').then((m) => m.TasksPage),
    },
    {
      path: '/tasks/load',
      title: '本单位的待办',
      permission: 'tasks:oversee',
      lazy: () => import('./LoadPage.tsx').then((m) => m.LoadPage),
    },
    {
      path: '/tasks/phrases',
      title: '常用意见和签名',
      permission: 'tasks:read',
      lazy: () => import('./PhrasesPage.tsx').then((m) => m.PhrasesPage),
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
  commands: [
    {
      id: 'tasks.phrases',
      title: '常用意见和签名',
      keywords: ['changyong', 'cyyj', 'qianming', '常用语', '手写签名'],
      permission: 'tasks:read',
      action: { label: '打开', to: '/tasks/phrases' },
    },
  ],
  cards: [
    {
      key: 'load',
      title: '本单位工作量',
      order: 15,
      path: '/tasks/load',
      linkTitle: '全部',
      permission: 'tasks:oversee',
      place: 'full',
      lazy: () => import('./LoadCard.tsx').then((m) => m.LoadCard),
    },
    {
      key: 'readings',
      title: '待阅',
      order: 30,
      path: '/tasks',
      search: { kind: 'unread' },
      permission: 'tasks:read',
      lazy: () => import('./ReadingsCard.tsx').then((m) => m.ReadingsCard),
    },
    {
      key: 'followed',
      title: '我关注',
      order: 65,
      path: '/tasks',
      search: { kind: 'followed' },
      permission: 'tasks:read',
      optional: true,
      lazy: () => import('./FollowedCard.tsx').then((m) => m.FollowedCard),
    },
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
