import { lazy } from 'react'
import type { WebModule } from '#ui'

// only these few lines are in the first load; a form comes with the first page that has one
export type { FormHandle } from './FormView.tsx'
export { sayField } from './say.ts'
export const FormView = lazy(() => import('./FormView.tsx').then((m) => ({ default: m.FormView })))
export const FormRead = lazy(() => import('./FormRead.tsx').then((m) => ({ default: m.FormRead })))

export const webModule: WebModule = {
  name: 'forms',
  routes: [
    {
      path: '/drafts',
      title: '草稿箱',
      permission: 'forms:fill',
      lazy: () => import('./DraftsPage.tsx').then((m) => m.DraftsPage),
    },
  ],
  commands: [
    {
      id: 'forms.drafts',
      title: '草稿箱',
      keywords: ['caogao', 'cgx', '没填完'],
      permission: 'forms:fill',
      action: { label: '打开', to: '/drafts' },
    },
  ],
}
