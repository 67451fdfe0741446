/** The door to a call without HTTP: what a bench drives. Everything else calls through the routes. */
export type { Call } from './http/call.ts'
export { admit, execute } from './http/execute.ts'
