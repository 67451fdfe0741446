import { describe, expect, it } from 'vitest'
import { closedTo, maskCode, type Rule, type Viewpoint, weigh } from './verdict.ts'

const rule = (more: Partial<Rule> = {}): Rule => ({
  id: 'r',
  title: '规则',
  effect: 'hide',
  fields: [],
  viewerUnits: [],
  viewerPersons: [],
  viewerRankOrder: null,
  ownUnit: false,
  general: false,
  ...more,
})
const viewer: Viewpoint = { personId: 'me', pre: 10, rankOrder: 30, orgs: [5] }

describe('weigh', () => {
  it.each([
    ['nothing excepts', rule(), false, true],
    ['the viewer is named', rule({ viewerPersons: ['me'] }), false, false],
    ['another one is named', rule({ viewerPersons: ['you'] }), false, true],
    ['the viewer sits in an excepted subtree', rule({ viewerUnits: [[8, 10]] }), false, false],
    ['the viewer sits beside it', rule({ viewerUnits: [[11, 20]] }), false, true],
    ['the rank suffices', rule({ viewerRankOrder: 30 }), false, false],
    ['the rank does not', rule({ viewerRankOrder: 29 }), false, true],
    ['same unit, allowed', rule({ ownUnit: true }), true, false],
    ['same unit, not allowed', rule({ ownUnit: false }), true, true],
    ['another unit', rule({ ownUnit: true }), false, true],
  ])('%s', (_, one, sameOrg, applies) => {
    const verdict = weigh(one, viewer, sameOrg)
    expect(verdict.applies).toBe(applies)
    expect(verdict.reason).toMatch(/。$/)
  })
  it('gives nobody without a place an exception by place', () => {
    expect(weigh(rule({ viewerUnits: [[0, 99]] }), { ...viewer, pre: null }, false).applies).toBe(true)
  })
})

describe('closedTo', () => {
  const rules = new Map(
    [
      rule({ id: 'hide', ownUnit: true }),
      rule({ id: 'mask', effect: 'mask', fields: ['mobile', 'email'] }),
      rule({ id: 'all', effect: 'mask', fields: ['phone'], general: true }),
    ].map((one) => [one.id, one]),
  )
  it('weighs every guard, here and elsewhere; general rules reach guard 0 too', () => {
    const guards = [
      { id: 1, ruleIds: ['hide'] },
      { id: 2, ruleIds: ['mask', 'gone'] },
    ]
    const closed = closedTo(viewer, rules, guards)
    expect(closed.hiddenAway).toEqual([1])
    expect(closed.hiddenHere).toEqual([])
    expect(closed.maskedAway.sort()).toEqual(
      [0, 1, 2]
        .map((id) => maskCode(id, 'phone'))
        .concat(maskCode(2, 'mobile'), maskCode(2, 'email'))
        .sort(),
    )
  })
})
