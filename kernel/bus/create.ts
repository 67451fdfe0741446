import type { Bus, BusOptions } from './bus.ts'
import { createLocalBus } from './local.ts'
import { createNatsBus } from './nats.ts'

/** In-process without `url`, over NATS with it. Returns at once in both cases. */
export function createBus({ url, ...options }: BusOptions): Bus {
  return url ? createNatsBus({ url, ...options }) : createLocalBus(options.onError)
}
