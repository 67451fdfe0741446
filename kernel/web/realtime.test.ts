import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRealtime, reconnectDelay } from './realtime.ts'

interface Wire {
  onopen: ((event: Event) => void) | null
  onclose: ((event: CloseEvent) => void) | null
  onmessage: ((event: MessageEvent) => void) | null
  close: () => void
  closed: boolean
}

function setup() {
  const wires: Wire[] = []
  const ended = vi.fn()
  const realtime = createRealtime({
    connect: () => {
      const wire: Wire = { onopen: null, onclose: null, onmessage: null, closed: false, close: () => {} }
      wire.close = () => {
        wire.closed = true
      }
      wires.push(wire)
      return wire
    },
    onUnauthenticated: ended,
    random: () => 1,
  })
  const open = (at: number) => wires[at]!.onopen!(new Event('open'))
  const drop = (at: number, code = 1006) => wires[at]!.onclose!({ code } as CloseEvent)
  const push = (at: number, frame: unknown) =>
    wires[at]!.onmessage!(
      new MessageEvent('message', { data: typeof frame === 'string' ? frame : JSON.stringify(frame) }),
    )
  return { wires, realtime, ended, open, drop, push }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('realtime', () => {
  it('shares one socket and gives each subscriber its channel', () => {
    const { wires, realtime, open, push } = setup()
    const notice: unknown[] = []
    const all: unknown[] = []
    realtime.subscribe('notice', (frame) => notice.push(frame.data))
    realtime.subscribe(undefined, (frame) => all.push(frame.data))
    expect(wires).toHaveLength(1)
    open(0)
    push(0, { type: 'hint', channel: 'notice', data: 1 })
    push(0, { type: 'hint', channel: 'task', data: 2 })
    for (const broken of ['', 'null', '{"a":1}', '[]', '{']) push(0, broken)
    expect(notice).toEqual([1])
    expect(all).toEqual([1, 2])
  })
  it('comes back after a loss, waiting longer each time, and starts afresh once open', () => {
    const { wires, realtime, open, drop } = setup()
    const seen: string[] = []
    realtime.onStatus(() => seen.push(realtime.status()))
    realtime.subscribe('a', () => {})
    open(0)
    drop(0)
    vi.advanceTimersByTime(999)
    expect(wires).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(wires).toHaveLength(2)
    drop(1)
    vi.advanceTimersByTime(2000)
    expect(wires).toHaveLength(3)
    open(2)
    drop(2)
    vi.advanceTimersByTime(1000)
    expect(wires).toHaveLength(4)
    expect(seen).toEqual(['connecting', 'open', 'lost', 'open', 'lost'])
  })
  it('does not knock again when the session has ended', () => {
    const { wires, realtime, ended, open, drop } = setup()
    realtime.subscribe('a', () => {})
    open(0)
    drop(0, 4401)
    vi.advanceTimersByTime(120_000)
    expect(ended).toHaveBeenCalledOnce()
    expect(wires).toHaveLength(1)
  })
  it('knocks again once the person has signed in anew', () => {
    const { wires, realtime, open, drop } = setup()
    realtime.reopen()
    expect(wires).toHaveLength(0)
    realtime.subscribe('a', () => {})
    open(0)
    drop(0, 4401)
    realtime.reopen()
    realtime.reopen()
    expect(wires).toHaveLength(2)
    open(1)
    expect(realtime.status()).toBe('open')
  })
  it('closes with its last subscriber, also while it waits', () => {
    const { wires, realtime, open, drop } = setup()
    const leave = realtime.subscribe('a', () => {})
    const leaveToo = realtime.subscribe('b', () => {})
    open(0)
    leave()
    expect(wires[0]!.closed).toBe(false)
    drop(0)
    leaveToo()
    vi.advanceTimersByTime(120_000)
    expect(wires).toHaveLength(1)
    expect(realtime.status()).toBe('idle')
  })
})

it('doubles to half a minute and halves at random', () => {
  expect([0, 1, 4, 5, 30].map((attempt) => reconnectDelay(attempt, 1))).toEqual([1000, 2000, 16_000, 30_000, 30_000])
  expect(reconnectDelay(0, 0)).toBe(500)
})
