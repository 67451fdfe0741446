import type { Handlers, Job } from '#kernel/module'
import type { webhooksApi } from '../../contract.ts'
import { deliveries, pingWebhook, replayDeliveries } from './deliveries.ts'
import { webhookHealth } from './health.ts'
import { pruneDeliveries } from './prune.ts'
import { wakeSending } from './send.ts'
import { createWebhook, editWebhook, removeWebhook, renewWebhookSecret, webhooks } from './subscribe.ts'

export { webhookConsumers } from './fan-out.ts'
export { sealedWebhooks } from './secret.ts'
export { startSending } from './send.ts'

export const webhookHandlers: Handlers<typeof webhooksApi> = {
  webhooks,
  createWebhook,
  editWebhook,
  removeWebhook,
  renewWebhookSecret,
  pingWebhook,
  deliveries,
  replayDeliveries,
  webhookHealth,
}

export const webhookJobs: readonly Job[] = [
  { name: 'apps.webhooks', everyMinutes: 1, runLong: async (kernel) => wakeSending(kernel) },
  { name: 'apps.webhooks-prune', everyMinutes: 60, runLong: pruneDeliveries },
]
