import { z } from 'zod'
import { defineApi, Empty, post } from '#kernel/contract'
import { createClient } from '#kernel/web'
import type { FeedbackInput } from '#ui'

const feedbackApi = defineApi({
  send: post('/api/feedback', {
    summary: '提交投诉建议',
    permission: 'signed-in',
    input: z.object({
      kind: z.enum(['投诉', '建议', '问题']),
      text: z.string(),
      contact: z.string(),
      path: z.string(),
    }),
    output: Empty,
  }),
})
const client = createClient(feedbackApi)

export async function sendFeedback(input: FeedbackInput): Promise<void> {
  await client.send(input)
}
