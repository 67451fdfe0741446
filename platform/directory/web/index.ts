import type { WebModule } from '#ui'
import { recentIds } from './account.ts'
import { adminRoutes } from './admin/routes.ts'

export { searchPeople, useUnits } from './pickers.ts'

const permission = 'directory:read'

export const webModule: WebModule = {
  name: 'directory',
  routes: [
    {
      path: '/contacts',
      title: '通讯录',
      permission,
      lazy: () => import('./ContactsPage.tsx').then((m) => m.ContactsPage),
    },
    {
      path: '/contacts/units/$id',
      title: '单位',
      permission,
      lazy: () => import('./UnitPage.tsx').then((m) => m.UnitPage),
    },
    {
      path: '/contacts/people/$id',
      title: '名片',
      permission,
      lazy: () => import('./PersonPage.tsx').then((m) => m.PersonPage),
    },
    {
      path: '/contacts/mine',
      title: '常用联系人',
      permission,
      lazy: () => import('./MinePage.tsx').then((m) => m.MinePage),
    },
    ...adminRoutes,
  ],
  menu: [
    { key: 'contacts', title: '通讯录', icon: 'people', path: '/contacts', order: 60, phone: true, permission },
    {
      key: 'organization',
      title: '组织管理',
      icon: 'unit',
      path: '/organization',
      order: 150,
      permission: 'directory:manage',
    },
    {
      key: 'structure',
      title: '机构改革',
      icon: 'branch',
      path: '/structure',
      order: 152,
      permission: 'directory:restructure',
    },
    {
      key: 'visibility',
      title: '可见性',
      icon: 'lock',
      path: '/visibility',
      order: 155,
      permission: 'directory:explain',
    },
  ],
  recent: recentIds,
  commands: [
    {
      id: 'contacts.mine',
      title: '常用联系人',
      keywords: ['changyong', 'cylxr', '收藏', '最近联系'],
      permission,
      action: { label: '打开', to: '/contacts/mine' },
    },
  ],
  forget: forgetContacts,
}

/** At sign-out: nothing of the contacts stays at this desk. */
async function forgetContacts(): Promise<void> {
  const [{ forgetTree }, { forgetMemory }, { forgetSync }] = await Promise.all([
    import('./tree-cache.ts'),
    import('./account-memory.ts'),
    import('./sync/store.ts'),
  ])
  forgetMemory()
  await Promise.all([forgetTree(), forgetSync()])
}
