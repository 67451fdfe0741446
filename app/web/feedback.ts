import { createClient } from '#kernel/web'
import { feedbackApi } from '#platform/feedback/contract'
import type { FeedbackInput } from '#ui'

const client = createClient(feedbackApi)

export async function sendFeedback(input: FeedbackInput): Promise<void> {
  await client.send({ ...input, contact: input.contact || undefined })
}
