export { OutboundError, type OutboundErrorCode } from './errors.ts'
export {
  createOutbound,
  type Outbound,
  type OutboundOptions,
  type OutboundRequest,
  type OutboundResponse,
} from './outbound.ts'
export type { Resolve } from './pinned-connector.ts'
export type { Rule } from './rules.ts'
