import { describe, expect, it } from 'vitest'
import { fulfils, parseFilter } from './scim-filter.ts'
import { applyPatch, type Json } from './scim-patch.ts'
import { ENTERPRISE, USER, userShape } from './scim-schema.ts'

const patch = (...Operations: Json[]) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations })

describe('PATCH', () => {
  const before: Json = {
    id: '1',
    userName: 'a',
    title: 'x',
    name: { formatted: '甲' },
    emails: [
      { value: 'a@x.cn', type: 'work' },
      { value: 'b@x.cn', type: 'home' },
    ],
  }
  const cases: [Json, Json][] = [
    [{ op: 'add', path: 'title', value: 'y' }, { title: 'y' }],
    [{ op: 'remove', path: 'title' }, { title: undefined }],
    [{ op: 'replace', path: 'NAME.Formatted', value: '乙' }, { name: { formatted: '乙' } }],
    [{ op: 'replace', path: `${USER}:userName`, value: 'b' }, { userName: 'b' }],
    [{ op: 'add', path: `${ENTERPRISE}:employeeNumber`, value: '7' }, { [ENTERPRISE]: { employeeNumber: '7' } }],
    [
      { op: 'add', value: { [ENTERPRISE]: { employeeNumber: '7' }, 'name.formatted': '丙' } },
      { [ENTERPRISE]: { employeeNumber: '7' }, name: { formatted: '丙' } },
    ],
    [
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'c@x.cn' },
      {
        emails: [
          { value: 'c@x.cn', type: 'work' },
          { value: 'b@x.cn', type: 'home' },
        ],
      },
    ],
    [{ op: 'remove', path: 'emails[value ew "b@x.cn"]' }, { emails: [{ value: 'a@x.cn', type: 'work' }] }],
    [{ op: 'remove', path: 'emails' }, { emails: [] }],
    [{ op: 'replace', path: 'emails', value: [{ value: 'd@x.cn' }] }, { emails: [{ value: 'd@x.cn' }] }],
    [
      { op: 'add', path: 'phoneNumbers[type eq "mobile"].value', value: '1' },
      { phoneNumbers: [{ type: 'mobile', value: '1' }] },
    ],
  ]
  it.each(cases)('%j', (operation, after) => {
    expect(applyPatch(before, userShape, patch(operation))).toEqual({ ...before, ...after })
  })
  const wrong: [Json, string][] = [
    [{ op: 'remove' }, 'noTarget'],
    [{ op: 'move', path: 'title' }, 'invalidSyntax'],
    [{ op: 'replace', path: 'nothing', value: 1 }, 'invalidPath'],
    [{ op: 'replace', path: 'emails[', value: 1 }, 'invalidPath'],
    [{ op: 'replace', path: 'title[type eq "a"]', value: 1 }, 'invalidPath'],
    [{ op: 'replace', path: 'id', value: '2' }, 'mutability'],
    [{ op: 'add', path: 'groups', value: [] }, 'mutability'],
    [{ op: 'replace', path: 'emails[type eq "other"].value', value: 'a' }, 'noTarget'],
    [{ op: 'add', path: 'emails', value: 'a@x.cn' }, 'invalidValue'],
    [{ op: 'replace', path: 'title' }, 'invalidValue'],
  ]
  it.each(wrong)('%j is refused: %s', (operation, scimType) => {
    expect(() => applyPatch(before, userShape, patch(operation))).toThrow(expect.objectContaining({ scimType }))
  })
  it('weighs the elements by the whole filter', () => {
    const filter = parseFilter('(type eq "WORK" or not (type pr)) and value gt "a"')
    expect(fulfils({ type: 'work', value: 'b' }, filter)).toBe(true)
    expect(fulfils({ type: 'home', value: 'b' }, filter)).toBe(false)
  })
})
