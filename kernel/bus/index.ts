export type { Bus, BusHandler, BusOptions, JsonValue } from './bus.ts'
export { createBus } from './create.ts'
