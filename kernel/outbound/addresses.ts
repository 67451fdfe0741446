import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

export type Cidr = [ipaddr.IPv4 | ipaddr.IPv6, number]

// Metadata services of clouds that lie outside the link-local range; no rule can open these.
const METADATA = new Set(['100.100.100.200', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254'])
const GLOBAL_V6: Cidr = ipaddr.parseCIDR('2000::/3')

/** Whether the server may connect to this address: public, or inside one of the private networks a rule opens. Link-local
 * and cloud metadata addresses never. An IPv4 address inside IPv6 (::ffff:0:0/96) is judged as IPv4. */
export function mayConnect(address: string, opened: readonly Cidr[]): boolean {
  if (!isIP(address)) return false
  const ip = ipaddr.process(address)
  if (ip.range() === 'linkLocal' || METADATA.has(ip.toString())) return false
  return isPublic(ip) || opened.some((network) => isWithin(ip, network))
}

// What the registry of special addresses does not name is still no public IPv6 outside 2000::/3.
function isPublic(ip: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return ip.range() === 'unicast' && (ip.kind() === 'ipv4' || isWithin(ip, GLOBAL_V6))
}

function isWithin(ip: ipaddr.IPv4 | ipaddr.IPv6, [network, bits]: Cidr): boolean {
  return ip.kind() === network.kind() && ip.match(network, bits)
}
