import { SectionNav } from '#ui'

const pages = [
  { to: '/apps', title: '我的应用', permission: 'apps:use' },
  { to: '/apps/manage', title: '登记', permission: 'apps:register' },
  { to: '/apps/review', title: '审核', permission: 'apps:approve' },
  { to: '/apps/health', title: '运行监测', permission: 'apps:operate' },
  { to: '/apps/webhooks', title: '事件送达', permission: 'apps:operate' },
] as const

/** The pages of the application centre that the person may open. */
export const AppNav = () => <SectionNav label="应用中心" pages={pages} />
