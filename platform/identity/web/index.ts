import type { WebModule } from '#ui'

export const webModule: WebModule = {
  name: 'identity',
  routes: [
    { path: '/me/sessions', title: '我的登录', lazy: () => import('./SessionsPage.tsx').then((m) => m.SessionsPage) },
    { path: '/me/password', title: '修改口令', lazy: () => import('./PasswordPage.tsx').then((m) => m.PasswordPage) },
  ],
  commands: [
    {
      id: 'me.sessions',
      title: '我的登录',
      keywords: ['wddl', 'wodedenglu', '设备', '会话'],
      action: { label: '打开', to: '/me/sessions' },
    },
    {
      id: 'me.password',
      title: '修改口令',
      keywords: ['xgkl', 'xiugaikouling', '密码'],
      action: { label: '打开', to: '/me/password' },
    },
  ],
}
