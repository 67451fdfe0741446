/** The demo accounts of app/demo.ts, by the role each stands for. The password exists only in the folder that e2e/setup.ts throws away. */
export const demoPassword = 'e2e-throwaway-password'
export const accounts = {
  clerk: 'zhouwenqing',
  leader: 'sunliyan',
  unitAdmin: 'bijiahe',
  village: 'wantou',
  systemAdmin: 'xitong',
  securityAdmin: 'anquan',
  auditor: 'shenji',
} as const
export type Who = keyof typeof accounts
/** Where the sample application listens: the address registered for it in the demo data. */
export const SAMPLE = 'http://127.0.0.1:3901'
