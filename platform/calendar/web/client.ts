import { createClient } from '#kernel/web'
import { calendarApi } from '../contract.ts'

export const calendar = createClient(calendarApi)
