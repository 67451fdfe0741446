import { defineModule, on } from '#kernel/module'
import { feedbackApi, feedbackClosed, feedbackReceived, feedbackReplied } from './contract.ts'
import { seed } from './server/seed.ts'
import { handlers } from './server/service.ts'

export const feedback = defineModule({
  name: 'feedback',
  title: '投诉建议',
  dependsOn: ['directory'],
  reads: ['directory'],
  folder: import.meta.dirname,
  api: feedbackApi,
  handlers,
  seed,
  events: [feedbackReceived, feedbackReplied, feedbackClosed],
  permissions: [{ name: 'feedback:handle', title: '办理投诉建议', roles: ['unit-admin', 'system-admin'] }],
  on: [feedbackReplied, feedbackClosed].map((event) =>
    on(event, `feedback.tell-sender-${event.name.split('.')[1]}`, async (ctx, { id, personId }) => {
      if (personId) ctx.kernel.realtime.toPerson(personId, 'feedback', { id })
    }),
  ),
})
