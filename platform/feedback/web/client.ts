import { createClient } from '#kernel/web'
import { feedbackApi } from '../contract.ts'

export const feedback = createClient(feedbackApi)
