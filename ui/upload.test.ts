import { expect, it } from 'vitest'
import { z } from 'zod'
import { defineApi, upload } from '#kernel/contract'
import { ApiError, createClient } from '#kernel/web'
import { cancelledAnswer, percentOf } from './upload.ts'

it.each([
  [0, 10, 0],
  [5, 10, 50],
  [10, 10, 99],
  [0, 0, 0],
])('says how far %i of %i is: %i', (loaded, total, percent) => {
  expect(percentOf(loaded, total)).toBe(percent)
})

it('tells a cancelled upload as a form tells any refusal', async () => {
  const api = defineApi({
    attach: upload('/api/things', {
      summary: '上传',
      permission: 'signed-in',
      input: z.object({}),
      output: z.object({}),
    }),
  })
  const client = createClient(api, { fetch: async () => cancelledAnswer() })
  const refusal = await client.attach({}, { file: new Blob(['x']) }).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(ApiError)
  expect(refusal).toMatchObject({ code: 'upload-cancelled', detail: expect.stringContaining('再次提交') })
})
