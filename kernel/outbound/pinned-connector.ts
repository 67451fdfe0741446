import { isIP, type LookupFunction } from 'node:net'
import { buildConnector } from 'undici'
import { mayConnect } from './addresses.ts'
import { OutboundError } from './errors.ts'
import type { RuleSet, Target } from './rules.ts'

/** Turns a host name into addresses; `dns.promises.lookup` with `all` in production. */
export type Resolve = (host: string) => Promise<readonly { address: string; family: number }[]>

/**
 * Opens connections to checked addresses only. The name is resolved once for each connection and the socket is bound to that very
 * answer, so a name that answers differently the second time (DNS rebinding) gains nothing; a literal address is checked the same way.
 */
export function pinnedConnector(rules: RuleSet, resolve: Resolve, timeout: number): buildConnector.connector {
  return async (options, callback) => {
    let addresses: Awaited<ReturnType<Resolve>>
    try {
      const scheme = options.protocol.slice(0, -1)
      const port = Number(options.port) || (scheme === 'https' ? 443 : 80)
      addresses = await checkedAddresses({ scheme, host: options.hostname.replace(/\.$/, ''), port }, rules, resolve)
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)), null)
      return
    }
    buildConnector({ timeout, lookup: answerWith(addresses) })(options, callback)
  }
}

async function checkedAddresses(target: Target, rules: RuleSet, resolve: Resolve) {
  const { host } = target
  const opened = rules.opened(target)
  if (!opened) throw new OutboundError('outbound.not-allowed', { host })
  const family = isIP(host)
  const addresses = family ? [{ address: host, family }] : await lookUp(host, resolve)
  // One bad address among good ones is how a rebinding answer looks, so it spoils them all.
  if (!addresses.every(({ address }) => mayConnect(address, opened)))
    throw new OutboundError('outbound.address-denied', { host })
  return addresses
}

async function lookUp(host: string, resolve: Resolve) {
  const addresses = await resolve(host).catch((cause: unknown) => {
    throw new OutboundError('outbound.dns-failed', { host, cause })
  })
  if (addresses.length === 0) throw new OutboundError('outbound.dns-failed', { host })
  return addresses
}

function answerWith(addresses: Awaited<ReturnType<Resolve>>): LookupFunction {
  return (_host, options, callback) => {
    if (options.all) callback(null, [...addresses])
    else callback(null, addresses[0]!.address, addresses[0]!.family)
  }
}
