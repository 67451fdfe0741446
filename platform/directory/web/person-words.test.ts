import { describe, expect, it } from 'vitest'
import type { PersonCard } from '../contract.ts'
import { withPerson } from './account-memory.ts'
import { copyText, maskedWords, placeOf, telHref, termOf, titleOf } from './person-words.ts'

const office = { id: 'office', name: '博兴县人民政府办公室', shortName: '县政府办公室' }
const post: PersonCard['posts'][number] = {
  id: 'post',
  kind: 'main',
  title: '科长',
  charge: null,
  unit: { id: 'division', name: '综合科', shortName: '综合科' },
  org: office,
  phone: '0543-0023141',
  room: null,
  validFrom: '2024-03-01',
  validTo: null,
}
const card: PersonCard = {
  id: 'person',
  name: '李明远',
  pinyin: 'li ming yuan',
  gender: null,
  rank: null,
  mobile: null,
  email: null,
  masked: ['mobile', 'later-field'],
  posts: [post],
  duties: [],
  favourite: false,
  revision: 1,
  can: { manage: false },
}

describe('words about people', () => {
  it('copies what is visible and nothing of what is masked', () => {
    expect(copyText(card, post)).toBe('李明远\n博兴县人民政府办公室 综合科 科长\n办公电话 0543-0023141')
    expect(copyText({ ...card, mobile: '15478068250' }, { ...post, unit: office })).toBe(
      '李明远\n博兴县人民政府办公室 科长\n办公电话 0543-0023141\n手机 15478068250',
    )
    expect(copyText(card, undefined)).toBe('李明远')
  })
  it('names masked fields it knows', () => expect(maskedWords(card.masked)).toBe('手机号'))
  it('says 分管 once', () => {
    expect(titleOf({ title: '副主任', charge: '文电' })).toEqual(['副主任', '分管文电'])
    expect(titleOf({ title: '', charge: '分管文电' })).toEqual(['分管文电'])
  })
  it('says no place twice', () =>
    expect(placeOf({ orgName: '湾头村', unitName: '湾头村', title: '' })).toEqual(['湾头村']))
  it('says terms by month', () => {
    expect(termOf(post)).toBe('2024年3月起')
    expect(termOf({ validFrom: '2026-10-01', validTo: '2027-04-01' })).toBe('2026年10月至2027年4月')
  })
  it('dials digits only', () => expect(telHref('0543-002 3141')).toBe('tel:05430023141'))
})

it('remembers 50 people, newest first, each once', () => {
  const person = (id: number) => ({ id: String(id), name: '', title: '', unitName: '' })
  const many = Array.from({ length: 50 }, (_, id) => person(id))
  expect(withPerson(many, person(7)).map(({ id }) => id)).toEqual([
    '7',
    ...many.flatMap(({ id }) => (id === '7' ? [] : id)),
  ])
  const after = withPerson(many, person(50))
  expect([after.length, after[0]?.id, after.at(-1)?.id]).toEqual([50, '50', '48'])
})
