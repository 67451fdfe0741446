import { describe, expect, it } from 'vitest'
import { networkOf } from '#kernel/addresses'
import { dayOf } from '#kernel/clock'
import type { ZoneRange } from '../contract.ts'
import { platformOf } from '../platforms.ts'
import { shanghaiDay, shanghaiTime } from './input.ts'
import { createZones, zoneOf } from './networks.ts'
import { assess, distanceKm, type Place } from './risk.ts'

describe('networks', () => {
  it.each([
    ['10.1.2.3', '10.1.2.0/24'],
    ['::ffff:10.1.2.3', '10.1.2.0/24'],
    ['2001:db8:1:2::5', '2001:db8:1::/48'],
    ['2001:0db8:0001:0002:0000:0000:0000:0005', '2001:db8:1::/48'],
    ['2001:db8::5', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
    ['nonsense', 'unknown'],
  ])('%s lies in %s', (address, network) => expect(networkOf(address)).toBe(network))

  it('are found by the longest prefix, IPv4 in IPv6 too; the rest is the internet', () => {
    const range = (text: string, zone: ZoneRange['zone']): ZoneRange => ({
      range: text,
      zone,
      name: text,
      latitude: null,
      longitude: null,
    })
    const zones = createZones([
      range('10.0.0.0/8', 'office'),
      range('10.9.0.0/16', 'internet'),
      range('59.192.0.0/10', 'extranet'),
      range('2400:dd00::/28', 'extranet'),
    ])
    expect(zoneOf(zones, '10.1.1.1')).toBe('office')
    expect(zoneOf(zones, '10.9.1.1')).toBe('internet')
    expect(zoneOf(zones, '::ffff:59.200.0.1')).toBe('extranet')
    expect(zoneOf(zones, '2400:dd01::1')).toBe('extranet')
    expect(zoneOf(zones, '8.8.8.8')).toBe('internet')
    expect(zoneOf(zones, '')).toBe('internet')
    // the second time from memory
    expect(zoneOf(zones, '10.9.1.1')).toBe('internet')
  })
})

it.each([
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/108', 'windows'],
  ['Mozilla/5.0 (Linux; Android 14; PGT-AN10) Mobile', 'android'],
  ['Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb/4', 'harmony'],
  ['Mozilla/5.0 (X11; Linux x86_64; UOS) Chrome/108', 'uos'],
  ['Mozilla/5.0 (X11; Kylin Linux aarch64)', 'kylin'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)', 'ios'],
  ['curl/8', 'other'],
])('%s is %s', (agent, platform) => expect(platformOf(agent)).toBe(platform))

describe('time in Shanghai', () => {
  it.each([
    ['2026-11-20T09:42:00+08:00', 582, 5],
    ['2026-11-22T23:59:59+08:00', 1439, 7],
    ['2026-11-23T00:00:00+08:00', 0, 1],
    ['2026-02-28T16:00:00Z', 0, 7],
  ])('%s', (at, minute, weekday) => {
    expect(shanghaiTime(new Date(at))).toEqual({ minute, weekday })
    expect(shanghaiDay(new Date(at))).toBe(dayOf(new Date(at)))
  })
})

describe('risk', () => {
  const place = (
    network: string,
    hours: number,
    latitude: number | null = null,
    longitude: number | null = null,
  ): Place => ({
    network,
    latitude,
    longitude,
    lastAt: new Date(Date.UTC(2026, 10, 20, hours)),
  })
  const jinan = [36.65, 117.12] as const
  const urumqi = [43.83, 87.62] as const

  it('knows the way from 济南 to 乌鲁木齐', () => {
    const km = distanceKm(place('a', 0, ...jinan), place('b', 0, ...urumqi))
    expect(km).toBeGreaterThan(2500)
    expect(km).toBeLessThan(2700)
    expect(distanceKm(place('a', 0), place('b', 0, ...jinan))).toBeNull()
  })
  it('is none at first, some in a new place, and much for a way nobody travels', () => {
    expect(assess(place('a', 1), [], 0)).toEqual({ score: 0, reasons: [] })
    expect(assess(place('a', 1), [place('a', 0)], 0).score).toBe(0)
    expect(assess(place('b', 1), [place('a', 0)], 0)).toEqual({ score: 20, reasons: ['在新的地点访问'] })
    expect(assess(place('b', 1, ...urumqi), [place('a', 0, ...jinan)], 0).score).toBe(80)
    expect(assess(place('b', 6, ...urumqi), [place('a', 0, ...jinan)], 0).score).toBe(20)
    expect(assess(place('b', 1, ...urumqi), [place('a', 0, ...jinan)], 9).score).toBe(100)
  })
})
