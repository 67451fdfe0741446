import { describe, expect, it } from 'vitest'
import { judge, LocalElements, type Material, situate } from '../contract.ts'
import { sound } from '../testing.ts'
import { mergedForm } from './application-form.ts'
import { codeFault } from './codes.ts'

const levels = ['1', '2', '3', '4', '5', '6']
describe('a code', () => {
  it.each(['370117002011', '11370800MB285591843370117002011', '11370800MB28559184337011700201101'])(
    '%s is one',
    (code) => {
      expect(codeFault(code, levels)).toBeNull()
    },
  )
  it.each([
    ['37011700201', '12 位'],
    ['990117002011', '前两位'],
    ['11370800MB285591853370117002011', '信用代码'],
    ['11370800MB285591849370117002011', '行使层级'],
    ['11370800MB285591843370117002011AB', '末两位'],
  ])('%s is none: %s', (code, why) => {
    expect(codeFault(code, levels)).toContain(why)
  })
})

describe('a situation', () => {
  const names = (answers: Record<string, string>, local: LocalElements | null = null) =>
    situate(sound(), local, answers).materials.map(({ key }) => key)
  it.each([
    [{}, ['form'], false],
    [{ kind: 'change' }, ['form'], true],
    [{ kind: 'new' }, ['form', 'report'], false],
    [{ kind: 'new', source: 'ground' }, ['form', 'report', 'well'], true],
    // an answer to a question that is not asked counts for nothing
    [{ kind: 'change', source: 'ground' }, ['form'], true],
    [{ kind: 'nonsense' }, ['form'], false],
  ])('%j asks for %j', (answers, expected, complete) => {
    expect(names(answers)).toEqual(expected)
    expect(situate(sound(), null, answers).complete).toBe(complete)
  })
  it('takes the shorter of two promises, and the special one of a situation', () => {
    const local = LocalElements.parse({ promised: { days: 8, unit: 'working' } })
    expect(situate(sound(), local, { kind: 'new' }).promised?.days).toBe(8)
    expect(situate(sound(), local, { kind: 'change' }).promised?.days).toBe(5)
    const preset = LocalElements.parse({ preset: { kind: 'change' } })
    expect(situate(sound(), preset, { kind: 'new' }).answers).toEqual({ kind: 'change' })
  })
})

describe('completeness', () => {
  const judged = (more: Parameters<typeof sound>[0]) =>
    judge({ kind: 'public', layer: 'basic', functionId: 'x', elements: sound(more), local: null, held: [] })
  it('is full for a sound matter', () => {
    expect(judged({})).toEqual({ completeness: 100, gaps: [] })
  })
  it.each([
    [{ visits: 1 }, 'visitReason', true],
    [{ conditions: [] }, 'conditions', false],
    [{ materials: [{ ...sound().materials[0]!, when: { nothing: ['x'] } }] }, 'materials', true],
    [{ limits: [{ when: {}, promised: { days: 90, unit: 'working' as const } }] }, 'limits', true],
    [{ supervision: { phone: '', address: '' } }, 'supervision', false],
  ])('%j lacks %s', (more, element, blocks) => {
    const { completeness, gaps } = judged(more)
    expect(gaps).toMatchObject([{ element, blocks }])
    expect(completeness).toBe(100 - gaps[0]!.weight)
  })
})

describe('the form of a bundle', () => {
  const part = (key: string, more: Parameters<typeof sound>[0]) => ({
    key,
    name: key,
    elements: sound(more),
    held: new Set<string>(),
  })
  const [form, report] = sound().materials as [Material, Material]
  const fieldsOf = (parts: Parameters<typeof mergedForm>[2]) => {
    const { definition, asked } = mergedForm('bundle', '一件事', parts)
    return {
      asked,
      fields: new Map(definition.groups.flatMap(({ fields }) => fields.map((field) => [field.title, field]))),
    }
  }
  it('asks once for what two need, whenever either needs it', () => {
    const { asked, fields } = fieldsOf([
      part('p1', { materials: [report] }),
      part('p2', { materials: [{ ...form, name: report.name, required: false }] }),
    ])
    const shared = fields.get(report.name)!
    expect(shared.rules).toEqual({ required: 'true' })
    expect(asked[shared.key]).toEqual(['p1', 'p2'])
  })
  it('asks in either situation where both depend on one', () => {
    const { fields } = fieldsOf([part('p1', { materials: [report] }), part('p2', { materials: [report] })])
    expect(fields.get(report.name)!.rules).toMatchObject({
      visible: '((情形_kind_p1 = "new")) or ((情形_kind_p2 = "new"))',
    })
  })
})
