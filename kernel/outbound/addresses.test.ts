import ipaddr from 'ipaddr.js'
import { describe, expect, it } from 'vitest'
import { mayConnect } from './addresses.ts'

const opened = (...networks: string[]) => networks.map((network) => ipaddr.parseCIDR(network))

describe('addresses the server may connect to', () => {
  it.each(['8.8.8.8', '202.102.128.68', '1.1.1.1', '2400:3200::1', '2001:4860:4860::8888', '::ffff:8.8.8.8'])(
    '%s',
    (address) => {
      expect(mayConnect(address, [])).toBe(true)
    },
  )

  it.each([
    ['unspecified', '0.0.0.0', '0.1.2.3', '::'],
    ['loopback', '127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1'],
    ['private', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fdff::1', '::ffff:10.0.0.1'],
    ['link-local', '169.254.169.254', '169.254.0.23', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'fec0::1'],
    ['carrier NAT', '100.64.0.1', '100.127.255.255', '100.100.100.200'],
    ['multicast and broadcast', '224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1'],
    [
      'reserved',
      '192.0.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '198.51.100.1',
      '203.0.113.1',
      '240.0.0.1',
      '2001:db8::1',
      '3fff::1',
    ],
    [
      'IPv4 inside IPv6',
      '64:ff9b::7f00:1',
      '64:ff9b:1::1',
      '2002:7f00:1::',
      '2001::1',
      '::127.0.0.1',
      '::ffff:0:127.0.0.1',
    ],
    ['cloud metadata', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254', '::ffff:169.254.169.254'],
    ['outside 2000::/3', '100::1', '4000::1', '5f00::1', '8000::1'],
    ['no address', '', 'localhost', '127.1', '0x7f.1', '8.8.8.8.', '08.8.8.8', '1.2.3.4/32', '[::1]'],
  ])('never: %s', (_kind, ...addresses) => {
    for (const address of addresses) expect([address, mayConnect(address, [])]).toEqual([address, false])
  })

  it('opens the networks of a rule and nothing beside them', () => {
    const networks = opened('10.1.2.0/24', 'fd12:3456::/32')
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', 'fd12:3456::1'])
      expect(mayConnect(address, networks)).toBe(true)
    for (const address of ['10.1.3.1', '127.0.0.1', 'fd12:3457::1']) expect(mayConnect(address, networks)).toBe(false)
  })

  it('never opens link-local or metadata addresses, however wide the network', () => {
    const networks = opened('0.0.0.0/0', '::/0')
    for (const address of ['169.254.169.254', 'fe80::1', '100.100.100.200', '168.63.129.16', 'fd00:ec2::254']) {
      expect(mayConnect(address, networks)).toBe(false)
    }
    expect(mayConnect('127.0.0.1', networks)).toBe(true)
  })
})
