import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { requireSpace } from './cluster.ts'
import { asStartError, explainFailure } from './errors.ts'
import { renderSettings } from './settings.ts'

it.each([
  ['FATAL:  could not write lock file "postmaster.pid": No space left on device', 'postgres_disk_full'],
  ['initdb: error: could not create directory "x": Disk quota exceeded', 'postgres_disk_full'],
  ['LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', 'postgres_port_taken'],
  ['FATAL:  lock file "postmaster.pid" already exists', 'postgres_in_use'],
  ['FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use', 'postgres_in_use'],
  ['FATAL:  data directory "x" has wrong ownership', 'postgres_permission'],
  ['initdb: error: could not access directory "x": Permission denied', 'postgres_permission'],
  ['PANIC:  could not locate a valid checkpoint record', 'postgres_damaged'],
  ['something new', 'postgres_failed'],
])('explains %s', (output, code) => {
  const error = explainFailure(`LOG:  starting\n${output}\n`, '/data')
  expect(error.code).toBe(code)
  expect(error.message).toContain(output)
  expect(error.message).toMatch(/请/)
})

it('reads errors of the system and of the lock file alike', () => {
  expect(asStartError(Object.assign(new Error(), { code: 'ENOSPC' }), '/d')).toMatchObject({
    code: 'postgres_disk_full',
  })
  expect(asStartError(Object.assign(new Error(), { code: 'ERR_SQLITE_ERROR', errcode: 13 }), '/d')).toMatchObject({
    code: 'postgres_disk_full',
  })
  expect(asStartError(Object.assign(new Error(), { code: 'EACCES' }), '/d')).toMatchObject({
    code: 'postgres_permission',
  })
  const bug = new TypeError('bug')
  expect(asStartError(bug, '/d')).toBe(bug)
})

it('asks for space before it begins', async () => {
  await expect(requireSpace(tmpdir(), 1)).resolves.toBeUndefined()
  await expect(requireSpace(tmpdir(), Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({ code: 'postgres_disk_full' })
})

it('writes settings that cannot become other settings', () => {
  expect(renderSettings({ 'app.x': `it's \\n` }, true)).toContain(`app.x = 'it''s \\\\n'`)
  expect(() => renderSettings({ work_mem: "1MB'\nfsync = off" }, true)).toThrow(/Bad setting/)
  expect(renderSettings({}, true)).not.toContain('fsync')
})
