import type { WebModule } from '#ui'

const permission = 'calendar:manage'

export const webModule: WebModule = {
  name: 'calendar',
  routes: [
    {
      path: '/calendar',
      title: '工作日历',
      permission,
      lazy: () => import('./CalendarPage.tsx').then((m) => m.CalendarPage),
    },
    {
      path: '/calendar/import',
      title: '录入放假通知',
      permission,
      lazy: () => import('./ImportPage.tsx').then((m) => m.ImportPage),
    },
    {
      path: '/calendar/hours',
      title: '办公时间',
      permission,
      lazy: () => import('./OfficeHoursPage.tsx').then((m) => m.OfficeHoursPage),
    },
  ],
  menu: [{ key: 'calendar', title: '工作日历', icon: 'calendar', path: '/calendar', order: 157, permission }],
}
