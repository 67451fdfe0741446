import type { SystemCtx } from '#kernel/module'
import type { Values } from '../engine/state.ts'

/** What a service step calls; runs at least once, so it must bear being called again with the same number. */
export type ServiceHandler = (
  ctx: SystemCtx,
  call: { instanceId: string; token: string; attempt: number; input: Values },
) => Promise<Values>

const services = new Map<string, ServiceHandler>()

/** A module offers a service step under a name; definitions name it in `qt:service`. */
export const registerService = (name: string, handler: ServiceHandler): void => {
  services.set(name, handler)
}
export const serviceNames = (): string[] => [...services.keys()].sort()
export const isService = (name: string): boolean => services.has(name)
export const serviceOf = (name: string): ServiceHandler | undefined => services.get(name)
