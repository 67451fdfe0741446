import { describe, expect, it } from 'vitest'
import { cleanText, nameFault } from './text.ts'

describe('names of people', () => {
  it.each([
    '张伟',
    '㐱𠮷野',
    '古丽巴哈尔·买买提',
    'Anna-Maria O’Neil',
    '李 Nina',
    '王小青2',
    '〇一',
    'བསྟན་འཛིན',
    'مۇھەممەت',
    'Анна',
    '张伟（大）',
  ])('%s is good', (name) => expect(nameFault(name)).toBeUndefined())

  it.each([
    ['ｗith a Cyrillic a', 'M\u0430ria'],
    ['Han with a Greek omicron', '张\u03bf伟'],
    ['Cyrillic with Latin', 'Ann\u0430'],
    ['Armenian beside Latin', 'O\u0585a'],
  ])('a letter dressed up as another is refused: %s', (_, name) => expect(nameFault(name)).toContain('外文字母'))

  it.each(['张\u202e伟', '张\u2066伟', '张\u0000伟', '张\u{e0041}伟'])('what turns or hides is refused: %j', (name) =>
    expect(nameFault(name)).toContain('看不见'),
  )

  it.each(['张伟<b>', '张|伟', '=张伟', '张伟\u2028', '张😀', '张\u3164伟'])(
    'what is no part of a name is refused: %j',
    (name) => expect(nameFault(name)).toBeDefined(),
  )
})

it('drops what nobody can see', () => {
  expect(cleanText('张\u200b伟\ufeff')).toBe('张伟')
  expect(cleanText('一行\n二行\t')).toBe('一行\n二行\t')
  expect(cleanText('\u202e')).toBeUndefined()
})
