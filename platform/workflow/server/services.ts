import type { Kernel, SystemCtx } from '#kernel/module'
import type { Values } from '../engine/state.ts'

/** What a service step calls; runs at least once, so it must bear being called again with the same number. */
export type ServiceHandler = (
  ctx: SystemCtx,
  call: { instanceId: string; token: string; attempt: number; input: Values },
) => Promise<Values>

/** A call that leaves the house: no transaction is open while it waits for an answer. Runs at least once, with the same attempt number. */
export type CallHandler = (
  kernel: Kernel,
  call: { instanceId: string; token: string; attempt: number; input: Values },
) => Promise<Values>
const calls = new Map<string, CallHandler>()
/** Like `registerService`, for what goes through the outbound gateway. */
export const registerCall = (name: string, handler: CallHandler): void => {
  calls.set(name, handler)
}
export const callOf = (name: string): CallHandler | undefined => calls.get(name)

const services = new Map<string, ServiceHandler>()

/** A module offers a service step under a name; definitions name it in `qt:service`. */
export const registerService = (name: string, handler: ServiceHandler): void => {
  services.set(name, handler)
}
export const serviceNames = (): string[] => [...services.keys()].sort()
export const isService = (name: string): boolean => services.has(name) || calls.has(name)
export const serviceOf = (name: string): ServiceHandler | undefined => services.get(name)
