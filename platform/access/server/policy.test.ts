import { describe, expect, it } from 'vitest'
import type { AccessInput } from '../contract.ts'
import { defaultPolicy } from './default-policy.ts'
import { compile, intervalOf, type PolicySet } from './policy.ts'

const input: AccessInput = {
  subject: 'public-servant',
  roles: ['clerk'],
  assurance: 1,
  operation: 'directory.person',
  permission: 'directory:read',
  action: 'read',
  label: 'internal',
  zone: 'office',
  registered: true,
  platform: 'windows',
  patchDays: null,
  minute: 600,
  weekday: 3,
  workday: true,
  fresh: false,
  risk: 0,
}
const setOf = (text: string): PolicySet => {
  const compiled = compile(text)
  if (!('set' in compiled)) throw new Error(JSON.stringify(compiled.faults))
  return compiled.set
}
const faultsOf = (text: string): string[] => compile(text).faults.map(({ message }) => message)
const PERMIT = '@id("base") permit(principal, action, resource);'

describe('a set of policies', () => {
  it('says nothing to what no policy permits', () => {
    const set = setOf('permit(principal in Role::"leader", action, resource);')
    expect(set.decide(input)).toMatchObject({ outcome: 'deny', policies: [] })
    expect(set.decide({ ...input, roles: ['clerk', 'leader'] }).outcome).toBe('allow')
  })

  it('takes the strongest outcome of the policies that apply, and gives its reason', () => {
    const set = setOf(`${PERMIT}
      @id("m") @outcome("mask") forbid(principal, action, resource) when { context.zone == "internet" };
      @id("s") @outcome("step-up") @reason("请确认。") forbid(principal, action, resource) when { context.zone == "internet" && !context.fresh };
      @id("d") @reason("夜里不开放。") forbid(principal, action, resource) when { context.minute >= 1320 };`)
    expect(set.decide(input).outcome).toBe('allow')
    expect(set.decide({ ...input, zone: 'internet', fresh: true }).outcome).toBe('mask')
    expect(set.decide({ ...input, zone: 'internet' })).toMatchObject({ outcome: 'step-up', reason: '请确认。' })
    expect(set.decide({ ...input, zone: 'internet', minute: 1320 })).toMatchObject({
      outcome: 'deny',
      reason: '夜里不开放。',
    })
  })

  it('softens a permission only where there is one', () => {
    const set = setOf(`permit(principal in Role::"leader", action, resource);
      @id("m") @outcome("mask") forbid(principal, action, resource) when { context.zone == "internet" };`)
    expect(set.decide({ ...input, zone: 'internet' }).outcome).toBe('deny')
    expect(set.decide({ ...input, zone: 'internet', roles: ['leader'] }).outcome).toBe('mask')
  })

  it.each([
    ['not Cedar', 'permit(principal', /语法有误/],
    ['nothing', '   ', /至少要有一条/],
    ['an unknown attribute', 'permit(principal, action, resource) when { context.zon == "x" };', /不存在的内容/],
    ['a wrong type', 'permit(principal, action, resource) when { context.minute == "8" };', /不存在的内容|常数/],
    [
      'a day without asking whether it is there',
      `${PERMIT} @reason("补丁旧了。") forbid(principal, action, resource) when { context.patchDays > 30 };`,
      /不存在的内容/,
    ],
    ['arithmetic on time', 'permit(principal, action, resource) when { context.minute + 5 > 480 };', /常数/],
    ['two measures compared', 'permit(principal, action, resource) when { context.minute > context.risk };', /常数/],
    ['a prohibition without a reason', `${PERMIT} forbid(principal, action, resource);`, /@reason/],
    ['an unknown outcome', `${PERMIT} @outcome("x") @reason("y") forbid(principal, action, resource);`, /@outcome/],
    ['an outcome on a permission', '@outcome("mask") permit(principal, action, resource);', /forbid/],
    ['an account by name', 'permit(principal == Subject::"018f", action, resource);', /点名/],
    ['the same id twice', `${PERMIT} ${PERMIT}`, /重复/],
    ['a template', 'permit(principal == ?principal, action, resource);', /模板|至少/],
  ])('refuses %s', (_what, text, message) => {
    expect(faultsOf(text).join()).toMatch(message)
  })

  it('names the line of a fault', () => {
    const { faults } = compile('// 说明\n\npermit(principal, action resource);')
    expect(faults[0]).toMatchObject({ line: 3 })
  })

  it('names the line in the whole text, also of a fault inside a later policy', () => {
    const unknown = '@id("z")\nforbid(principal, action, resource)\nwhen { context.nowhere == 1 };'
    expect(
      compile(`// 说明，有汉字\n${PERMIT}\n\n${unknown.replace('@id', '@reason("x")\n@id')}`).faults,
    ).toMatchObject([{ policy: 'z', line: 7 }])
    const many = Array.from({ length: 12 }, () => 'permit(principal, action, resource == Endpoint::"a.b");').map(
      (one, at) => one.replace('a.b', `a.b${at}`),
    )
    expect(compile([...many, 'forbid(principal, action, resource);'].join('\n')).faults).toMatchObject([
      { policy: '第 13 条', line: 13 },
    ])
  })

  it('starts with one that lets an office work', () => {
    const set = setOf(defaultPolicy)
    expect(set.decide(input).outcome).toBe('allow')
    expect(set.decide({ ...input, zone: 'internet', label: 'sensitive' }).outcome).toBe('step-up')
    expect(set.decide({ ...input, zone: 'internet', label: 'sensitive', fresh: true }).outcome).toBe('allow')
    expect(set.decide({ ...input, zone: 'internet', action: 'command', roles: ['auditor', 'clerk'] }).outcome).toBe(
      'deny',
    )
    expect(set.decide({ ...input, zone: 'internet', patchDays: 181 }).outcome).toBe('mask')
    expect(set.decide({ ...input, action: 'command', risk: 60 }).outcome).toBe('step-up')
  })
})

describe('intervals', () => {
  it('stand for all their numbers: no policy can tell two of one interval apart', () => {
    const set = setOf(
      `${PERMIT}
      @id("a") @reason("a") forbid(principal, action, resource) when { context.minute < 480 || 1080 <= context.minute };
      @id("b") @reason("b") forbid(principal, action, resource) when { context.minute > 720 && context.minute <= 780 };
      @id("c") @reason("c") forbid(principal, action, resource) when { context.minute == 900 || context.minute != context.minute };`.replace(
        ' || context.minute != context.minute',
        '',
      ),
    )
    expect(set.boundaries.minute).toEqual([0, 480, 721, 781, 900, 901, 1080])
    for (let minute = 0; minute < 1440; minute++)
      expect(set.decide({ ...input, minute: intervalOf(set.boundaries.minute, minute) }).outcome, `${minute}`).toBe(
        set.decide({ ...input, minute }).outcome,
      )
  })
})
