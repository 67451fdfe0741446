import { expect, it } from 'vitest'
import type { PersonRow } from '../contract.ts'
import { peopleLines } from './people-lines.ts'

const row = (name: string, unitId: string, leader = false): PersonRow => ({
  personId: name,
  postId: name,
  name,
  pinyin: '',
  title: '',
  charge: null,
  leader,
  postKind: 'main',
  unitId,
  unitName: unitId,
  orgId: 'office',
  orgName: 'office',
  phone: null,
  mobile: null,
  masked: [],
})
const office = { id: 'office', kind: 'government', divisions: [{ id: '文电科', peopleTotal: 7 }] } as const
const said = (...input: Parameters<typeof peopleLines>) =>
  peopleLines(...input).map((line) => (line.kind === 'group' ? `${line.title} ${line.count}` : line.row.name))

const rows = [
  row('孙立岩', 'office', true),
  row('冯学宁', 'office'),
  row('丁海涛', '文电科', true),
  row('周文清', '文电科'),
]

it('puts leaders first, then the own people, then each division', () => {
  expect(said(rows, office, true)).toEqual([
    '单位领导 1',
    '孙立岩',
    '工作人员 1',
    '冯学宁',
    '文电科 2',
    '丁海涛',
    '周文清',
  ])
})
it('counts the group at the end of a page by the division, and not at all where that is unknown', () => {
  expect(said(rows, office, false)[4]).toBe('文电科 7')
  expect(said(rows.slice(0, 1), office, false)).toEqual(['单位领导 undefined', '孙立岩'])
})
it('speaks of a division and of a village in their own words', () => {
  expect(said([row('丁海涛', 'office', true)], { ...office, kind: 'division' }, true)[0]).toBe('负责人 1')
  expect(said([row('贾秀芹', 'office', true)], { ...office, kind: 'village' }, true)[0]).toBe('村干部 1')
})
it('has no lines without people', () => {
  expect(said([], office, true)).toEqual([])
})
