import { BlockList, isIPv4, isIPv6, SocketAddress } from 'node:net'
import type { ZoneCode, ZoneRange } from '../contract.ts'

/** `::ffff:10.1.2.3` is `10.1.2.3`: how a dual-stack socket names an IPv4 caller. */
const plain = (address: string): string => /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address

/** The /24 of an IPv4 address, the /48 of an IPv6 one: what stays the same while a person stays in one place. */
export const networkOf = (address: string): string => {
  const host = plain(address)
  if (isIPv4(host)) return `${host.split('.').slice(0, 3).join('.')}.0/24`
  if (!isIPv6(host)) return 'unknown'
  // SocketAddress writes every IPv6 address in one way
  const [head = '', tail] = new SocketAddress({ address: host, family: 'ipv6' }).address.split('::')
  const front = head === '' ? [] : head.split(':')
  const groups = tail === undefined ? front : [...front, '0', '0', '0']
  return `${groups.slice(0, 3).join(':')}::/48`
}

export interface Zones {
  /** the range with the longest prefix that holds the address; undefined is the internet */
  find(address: string): ZoneRange | undefined
}

const CACHE = 50_000

/** A table of ranges, asked for each address once. */
export const createZones = (ranges: readonly ZoneRange[]): Zones => {
  const prefix = ({ range }: ZoneRange) => Number(range.split('/')[1])
  const lists = ranges
    .toSorted((a, b) => prefix(b) - prefix(a))
    .map((range) => {
      const list = new BlockList()
      const [network = '', bits = ''] = range.range.split('/')
      list.addSubnet(network, Number(bits), isIPv4(network) ? 'ipv4' : 'ipv6')
      return { range, list }
    })
  const known = new Map<string, ZoneRange | undefined>()
  return {
    find(address) {
      if (known.has(address)) return known.get(address)
      const host = plain(address)
      const family = isIPv4(host) ? 'ipv4' : isIPv6(host) ? 'ipv6' : undefined
      const found = family && lists.find(({ list }) => list.check(host, family))?.range
      if (known.size >= CACHE) known.clear()
      known.set(address, found || undefined)
      return found || undefined
    },
  }
}

export const zoneOf = (zones: Zones, address: string): ZoneCode => zones.find(address)?.zone ?? 'internet'
