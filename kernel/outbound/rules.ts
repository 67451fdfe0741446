import ipaddr from 'ipaddr.js'
import type { Cidr } from './addresses.ts'
import { OutboundError } from './errors.ts'

/** One entry of the allow-list. */
export type Rule = {
  /** `api.example.gov.cn`, `*.example.gov.cn` (not the name itself), an IP address, or `*` for every host. */
  hosts: readonly string[]
  /** Default: https only. */
  schemes?: readonly ('http' | 'https')[]
  /** Default: the usual port of the scheme. */
  ports?: readonly number[]
  /** Private networks in CIDR form that the hosts of this rule may lie in, for an intranet. Default: none. */
  allowPrivate?: readonly string[]
}

export type Target = { scheme: string; host: string; port: number }

export type RuleSet = {
  /** The private networks open to a target, or null when no rule allows the target at all. */
  opened(target: Target): readonly Cidr[] | null
}

/** Reads the rules once; a pattern or network that cannot be read throws a RangeError. */
export function compileRules(rules: readonly Rule[]): RuleSet {
  const compiled = rules.map((rule) => ({
    hosts: rule.hosts.map(hostMatcher),
    schemes: rule.schemes ?? ['https'],
    ports: rule.ports,
    opened: (rule.allowPrivate ?? []).map(network),
  }))
  return {
    opened({ scheme, host, port }) {
      const matching = compiled.filter(
        (rule) =>
          rule.schemes.some((each) => each === scheme) &&
          (rule.ports ?? [usualPort(scheme)]).includes(port) &&
          rule.hosts.some((matches) => matches(host)),
      )
      return matching.length > 0 ? matching.flatMap((rule) => rule.opened) : null
    },
  }
}

/** What a URL addresses, in the one spelling rules are compared in. */
export function targetOf(url: URL): Target {
  const scheme = url.protocol.slice(0, -1)
  return { scheme, host: bare(url.hostname), port: url.port ? Number(url.port) : usualPort(scheme) }
}

/** Reads a URL, `base` for the relative ones of redirects: http or https, without user name and password. */
export function readUrl(text: string, base?: URL): URL {
  const url = URL.parse(text, base)
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new OutboundError('outbound.bad-url')
  return url
}

function usualPort(scheme: string): number {
  return scheme === 'https' ? 443 : 80
}

function hostMatcher(pattern: string): (host: string) => boolean {
  if (pattern === '*') return () => true
  if (pattern.startsWith('*.')) {
    const parent = canonical(pattern.slice(2))
    return (host) => host.endsWith(`.${parent}`)
  }
  const exact = canonical(pattern)
  return (host) => host === exact
}

// The URL parser spells patterns as it spells the URLs they are compared with: lower case, punycode, short IPv6.
function canonical(host: string): string {
  const url = /[\s/@?#\\*]/.test(host) ? null : URL.parse(`http://${host.includes(':') ? `[${host}]` : host}/`)
  if (!url?.hostname) throw new RangeError(`not a host pattern: ${host}`)
  return bare(url.hostname)
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
}

function network(text: string): Cidr {
  if (!ipaddr.isValidCIDR(text)) throw new RangeError(`not a network in CIDR form: ${text}`)
  return ipaddr.parseCIDR(text)
}
