import { lazy } from 'react'
import type { WebModule } from '#ui'
import { accountMenu, accountRoutes } from './accounts-routes.ts'
import { grantCommands, grantMenu, grantRoutes } from './grants-routes.ts'

export { here, passkeyFault } from './passkey-here.ts'
export { signInByPasskey } from './passkey-sign-in.ts'

/** Parts of the sign-in page, fetched when they are needed. */
export const SecondStep = lazy(() => import('./SecondStep.tsx').then((m) => ({ default: m.SecondStep })))
export const SmsSignIn = lazy(() => import('./SmsSignIn.tsx').then((m) => ({ default: m.SmsSignIn })))
export const ScanSignIn = lazy(() => import('./ScanSignIn.tsx').then((m) => ({ default: m.ScanSignIn })))

/** The answer to `step-up`: a dialog over whatever page is open. */
export const stepUp = (reason: string): Promise<boolean> => import('./step-up.tsx').then((m) => m.askAgain(reason))

export const webModule: WebModule = {
  name: 'identity',
  routes: [
    ...grantRoutes,
    ...accountRoutes,
    { path: '/me/sessions', title: '我的登录', lazy: () => import('./SessionsPage.tsx').then((m) => m.SessionsPage) },
    { path: '/me/security', title: '安全设置', lazy: () => import('./SecurityPage.tsx').then((m) => m.SecurityPage) },
    { path: '/scan/$ticket', title: '扫码登录', lazy: () => import('./ScanPage.tsx').then((m) => m.ScanPage) },
    {
      path: '/recover',
      title: '找回账号',
      public: true,
      lazy: () => import('./RecoverPage.tsx').then((m) => m.RecoverPage),
    },
    {
      path: '/recoveries',
      title: '账号找回',
      permission: 'identity:recover',
      lazy: () => import('./RecoveriesPage.tsx').then((m) => m.RecoveriesPage),
    },
    { path: '/me/password', title: '修改口令', lazy: () => import('./PasswordPage.tsx').then((m) => m.PasswordPage) },
  ],
  menu: [...grantMenu, ...accountMenu],
  commands: [
    ...grantCommands,
    {
      id: 'accounts.open',
      title: '开通账号',
      keywords: ['ktzh', 'kaitongzhanghao', '激活码', '账号管理'],
      permission: 'identity:accounts',
      action: { label: '打开', to: '/accounts' },
    },
    {
      id: 'me.security',
      title: '安全设置',
      keywords: ['aqsz', 'anquanshezhi', '动态口令', '通行密钥', '备用码', '设备'],
      action: { label: '打开', to: '/me/security' },
    },
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
