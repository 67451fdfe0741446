import { setImmediate as settled } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createBus, type JsonValue } from './index.ts'

function setUp() {
  const errors: { error: unknown; subject?: string }[] = []
  const bus = createBus({ name: 'test', onError: (error, subject) => errors.push({ error, subject }) })
  return { bus, errors }
}

describe('subjects', () => {
  it.each([
    ['notice.published', 'notice.published', true],
    ['notice.published', 'notice.withdrawn', false],
    ['notice.published', 'notice', false],
    ['notice', 'notice.published', false],
    ['notice.*', 'notice.published', true],
    ['notice.*', 'notice', false],
    ['notice.*', 'notice.a.b', false],
    ['*.published', 'notice.published', true],
    ['*', 'notice', true],
    ['notice.>', 'notice.a', true],
    ['notice.>', 'notice.a.b.c', true],
    ['notice.>', 'notice', false],
    ['>', 'a.b', true],
    ['*.x.>', 'a.x.b', true],
    ['*.x.>', 'a.y.b', false],
  ])('%s hears %s: %s', async (pattern, subject, hears) => {
    const { bus } = setUp()
    const heard: string[] = []
    bus.subscribe(pattern, (_data, from) => void heard.push(from))
    bus.publish(subject, 1)
    await settled()
    expect(heard).toEqual(hears ? [subject] : [])
  })

  it('that are none are refused', () => {
    const { bus } = setUp()
    for (const bad of ['', '.', 'a.', '.a', 'a..b', 'a b', 'a\r\nPUB x', '通知', 'a/b', 'a'.repeat(256)]) {
      expect(() => bus.publish(bad, 1), bad).toThrow(RangeError)
      expect(() => bus.subscribe(bad, () => {}), bad).toThrow(RangeError)
    }
    for (const bad of ['a.*', '>', 'a.>']) expect(() => bus.publish(bad, 1)).toThrow(RangeError)
    for (const bad of ['a.>.b', '>.a', 'a*', 'a.b>']) expect(() => bus.subscribe(bad, () => {})).toThrow(RangeError)
  })
})

describe('the bus in one process', () => {
  it('returns before handlers run and gives each its own copy', async () => {
    const { bus, errors } = setUp()
    const heard: JsonValue[] = []
    const spoil = (data: JsonValue) => {
      heard.push(structuredClone(data))
      ;(data as { list: number[] }).list.push(9)
    }
    bus.subscribe('a', spoil)
    bus.subscribe('a', spoil)
    bus.subscribe('*', spoil)
    const sent = { list: [1] }
    bus.publish('a', sent)
    sent.list.push(2)
    expect(heard).toEqual([])
    await settled()
    expect(heard).toEqual([{ list: [1] }, { list: [1] }, { list: [1] }])
    expect(errors).toEqual([])
  })

  it('keeps the order of messages', async () => {
    const { bus } = setUp()
    const heard: JsonValue[] = []
    bus.subscribe('n', (data) => void heard.push(data))
    for (let n = 0; n < 100; n += 1) bus.publish('n', n)
    await settled()
    expect(heard).toEqual(Array.from({ length: 100 }, (_, n) => n))
  })

  it('reports a failing handler and goes on', async () => {
    const { bus, errors } = setUp()
    const heard: JsonValue[] = []
    bus.subscribe('a', () => {
      throw new Error('now')
    })
    bus.subscribe('a', async () => Promise.reject(new Error('later')))
    bus.subscribe('a', (data) => void heard.push(data))
    bus.publish('a', 1)
    await settled()
    expect(heard).toEqual([1])
    expect(errors).toEqual([
      { error: new Error('now'), subject: 'a' },
      { error: new Error('later'), subject: 'a' },
    ])
  })

  it('stops at unsubscribe, also for what is under way, and leaves the others', async () => {
    const { bus } = setUp()
    const heard: string[] = []
    const stop = bus.subscribe('a', () => void heard.push('first'))
    bus.subscribe('a', () => void heard.push('second'))
    bus.publish('a', 1)
    stop()
    stop()
    await settled()
    expect(heard).toEqual(['second'])
  })

  it('is silent once closed', async () => {
    const { bus } = setUp()
    const heard: JsonValue[] = []
    const stop = bus.subscribe('a', (data) => void heard.push(data))
    expect(bus.healthy()).toBe(true)
    await bus.close()
    bus.subscribe('a', (data) => void heard.push(data))
    bus.publish('a', 1)
    stop()
    await settled()
    expect(heard).toEqual([])
    expect(bus.healthy()).toBe(false)
  })

  it('takes JSON of at most 64 KiB', () => {
    const { bus } = setUp()
    expect(() => bus.publish('a', '字'.repeat(21_844))).not.toThrow()
    expect(() => bus.publish('a', '字'.repeat(21_845))).toThrow(RangeError)
    for (const bad of [undefined, () => {}, 1n])
      expect(() => bus.publish('a', bad as unknown as JsonValue)).toThrow(TypeError)
  })
})
