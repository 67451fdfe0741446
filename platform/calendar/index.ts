import { defineModule } from '#kernel/module'
import { calendarApi, hoursChanged, yearPublished } from './contract.ts'
import { handlers } from './server/service.ts'

export { addWorkingDays, isWorkingDay, type OfficeDays, officeDays, workingDaysBetween } from './server/working-days.ts'

export const calendar = defineModule({
  name: 'calendar',
  title: '工作日历',
  dependsOn: ['directory'],
  reads: ['directory'],
  folder: import.meta.dirname,
  api: calendarApi,
  handlers,
  events: [yearPublished, hoursChanged],
  permissions: [{ name: 'calendar:manage', title: '维护工作日历和办公时间', roles: ['system-admin'] }],
})
