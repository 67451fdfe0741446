import { defineModule } from '#kernel/module'
import { calendarApi, yearPublished } from './contract.ts'
import { handlers } from './server/service.ts'

export { addWorkingDays, isWorkingDay, workingDaysBetween } from './server/working-days.ts'

export const calendar = defineModule({
  name: 'calendar',
  title: '工作日历',
  dependsOn: [],
  folder: import.meta.dirname,
  api: calendarApi,
  handlers,
  events: [yearPublished],
  permissions: [{ name: 'calendar:manage', title: '录入放假通知', roles: ['system-admin'] }],
})
