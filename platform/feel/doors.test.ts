import { expect, it } from 'vitest'
import * as server from './index.ts'
import * as web from './web/index.ts'

it('both doors lead to the same engine', () => {
  expect(Object.keys(web)).toEqual(Object.keys(server))
  for (const [name, value] of Object.entries(web)) expect(value).toBe((server as Record<string, unknown>)[name])
})
