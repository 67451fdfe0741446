import { BlockList, isIP, isIPv4, isIPv6, SocketAddress } from 'node:net'

/** IP addresses as text: nothing here opens a connection. */

/** `::ffff:10.1.2.3` is `10.1.2.3`: how a dual-stack socket names an IPv4 caller. */
const plain = (address: string): string => /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address

export const isAddress = (text: string): boolean => isIP(text) !== 0

/** The /24 of an IPv4 address, the /48 (or /64) of an IPv6 one: what stays the same while a person stays in one place. */
export const networkOf = (address: string, bits: 48 | 64 = 48): string => {
  const host = plain(address)
  if (isIPv4(host)) return `${host.split('.').slice(0, 3).join('.')}.0/24`
  if (!isIPv6(host)) return 'unknown'
  // SocketAddress writes every IPv6 address in one way
  const [head = '', tail] = new SocketAddress({ address: host, family: 'ipv6' }).address.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail ? tail.split(':') : []
  const groups = tail === undefined ? front : [...front, ...Array(8 - front.length - back.length).fill('0'), ...back]
  return `${groups.slice(0, bits / 16).join(':')}::/${bits}`
}

/** What one caller holds: an IPv4 address, or the /64 of an IPv6 one with its 2^64 addresses. */
export const lineOf = (address: string): string => (isIPv6(plain(address)) ? networkOf(address, 64) : plain(address))

/** Tells whether an address lies in a range in CIDR notation. */
export const rangeTest = (range: string): ((address: string) => boolean) => {
  const [network = '', bits = ''] = range.split('/')
  const list = new BlockList()
  list.addSubnet(network, Number(bits), isIPv4(network) ? 'ipv4' : 'ipv6')
  return (address) => {
    const host = plain(address)
    return isAddress(host) && list.check(host, isIPv4(host) ? 'ipv4' : 'ipv6')
  }
}
