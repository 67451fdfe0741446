export { ApiError } from './api-error.ts'
export { lastAttention, payAttention, untold, watchAttention } from './attention.ts'
export { type Call, type CallOptions, type Client, type ClientOptions, createClient } from './client.ts'
export {
  apiPages,
  apiQuery,
  type CommandOptions,
  createQueryClient,
  isOffline,
  type ListCall,
  type ListQuery,
  useCommand,
} from './query.ts'
export { createRealtime, type Realtime, type RealtimeFrame, type RealtimeStatus } from './realtime.ts'
export { onStepUp, type StepUp } from './step-up.ts'
export { sharedRealtime, useRealtime, useRealtimeStatus } from './use-realtime.ts'
