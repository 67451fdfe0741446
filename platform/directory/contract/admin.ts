import { bulkApi } from './admin-bulk.ts'
import { adminPeopleApi } from './admin-people.ts'
import { adminUnitsApi } from './admin-units.ts'

export * from './admin-bulk.ts'
export * from './admin-events.ts'
export * from './admin-people.ts'
export * from './admin-units.ts'

/** Delegated administration: whoever holds `directory:manage` does all this within the own scope, and nothing outside it. */
export const adminApi = { ...adminUnitsApi, ...adminPeopleApi, ...bulkApi }
