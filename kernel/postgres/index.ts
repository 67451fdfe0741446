export { type PostgresStartCode, PostgresStartError } from './errors.ts'
export { type PostgresOptions, type RunningPostgres, startPostgres } from './start.ts'
