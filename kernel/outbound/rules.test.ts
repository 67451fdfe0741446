import { describe, expect, it } from 'vitest'
import { compileRules, type Rule, readUrl, targetOf } from './rules.ts'

const allows = (rule: Partial<Rule>, url: string) =>
  compileRules([{ hosts: ['api.gov.cn'], ...rule }]).opened(targetOf(readUrl(url))) !== null

describe('allow-list', () => {
  it.each([
    [{}, 'https://api.gov.cn/x'],
    [{}, 'https://API.gov.cn.:443/x'],
    [{ schemes: ['http'] }, 'http://api.gov.cn/'],
    [{ ports: [8443] }, 'https://api.gov.cn:8443/'],
    [{ hosts: ['*.Gov.CN'] }, 'https://a.b.gov.cn/'],
    [{ hosts: ['*.政务.cn'] }, 'https://接口.政务.cn/'],
    [{ hosts: ['2001:DB8:0::1'] }, 'https://[2001:db8::1]/'],
    [{ hosts: ['*'] }, 'https://anything.example/'],
  ] satisfies [Partial<Rule>, string][])('%j allows %s', (rule, url) => {
    expect(allows(rule, url)).toBe(true)
  })

  it.each([
    [{}, 'http://api.gov.cn/'],
    [{}, 'https://api.gov.cn:8443/'],
    [{ schemes: ['http', 'https'], ports: [443] }, 'http://api.gov.cn/'],
    [{}, 'https://evil.cn/api.gov.cn'],
    [{}, 'https://api.gov.cn.evil.cn/'],
    [{}, 'https://xapi.gov.cn/'],
    [{ hosts: ['*.gov.cn'] }, 'https://gov.cn/'],
    [{ hosts: ['*.gov.cn'] }, 'https://evilgov.cn/'],
    [{ hosts: [] }, 'https://api.gov.cn/'],
  ] satisfies [Partial<Rule>, string][])('%j refuses %s', (rule, url) => {
    expect(allows(rule, url)).toBe(false)
  })

  it('opens private networks only to the hosts of the rule that names them', () => {
    const rules = compileRules([{ hosts: ['*'] }, { hosts: ['oa.inner'], allowPrivate: ['10.1.2.0/24'] }])
    expect(rules.opened(targetOf(readUrl('https://oa.inner/')))).toHaveLength(1)
    expect(rules.opened(targetOf(readUrl('https://other.inner/')))).toEqual([])
  })

  it('cannot be made of what it cannot read', () => {
    for (const host of ['', 'a b', 'https://a.cn', 'a.cn:443', 'a.cn/x', 'u@a.cn', '*.', 'a.*.cn']) {
      expect(() => compileRules([{ hosts: [host] }]), host).toThrow(RangeError)
    }
    for (const network of ['10.0.0.0', '10.0.0.0/33', 'x/8', '']) {
      expect(() => compileRules([{ hosts: ['a.cn'], allowPrivate: [network] }]), network).toThrow(RangeError)
    }
  })
})

describe('URLs', () => {
  it.each([
    'ftp://a.cn/',
    'file:///etc/passwd',
    'gopher://a.cn',
    'data:text/html,x',
    'http://u:p@a.cn/',
    'http://u@a.cn/',
    '',
    '/x',
    'http://',
    '//a.cn',
  ])('%j is refused', (text) => {
    expect(() => readUrl(text)).toThrow(expect.objectContaining({ code: 'outbound.bad-url' }))
  })
})
