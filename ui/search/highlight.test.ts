import { describe, expect, it } from 'vitest'
import { highlight, highlightText } from './highlight.ts'

/** The marked parts in brackets. */
const marked = (typed: string, name: string, pinyin: string) => {
  const found = highlight(typed, name, pinyin)
  const show = (text: string, ranges: readonly (readonly [number, number])[]) =>
    [...ranges].reverse().reduce((out, [a, b]) => `${out.slice(0, a)}[${out.slice(a, b)}]${out.slice(b)}`, text)
  return `${show(name, found.name)} ${show(pinyin, found.pinyin)}`
}

describe('highlight', () => {
  it.each([
    ['lmy', '李明远', 'li ming yuan', '[李明远] [l]i [m]ing [y]uan'],
    ['my', '李明远', 'li ming yuan', '李[明远] li [m]ing [y]uan'],
    ['limingy', '李明远', 'li ming yuan', '[李明远] [li] [ming] [y]uan'],
    ['LI MING', '李明远', 'li ming yuan', '[李明]远 [li] [ming] yuan'],
    ['明远', '李明远', 'li ming yuan', '李[明远] li ming yuan'],
    ['张 伟', '张伟', 'zhang wei', '[张伟] zhang wei'],
    ['张w', '张伟', 'zhang wei', '[张伟] zhang [w]ei'],
    ['zhang伟', '张伟', 'zhang wei', '[张伟] [zhang] wei'],
    ['zhangw 大数据', '张伟', 'zhang wei', '[张伟] [zhang] [w]ei'],
    // xian is one syllable or two: whichever the name has
    ['xian', '西安', 'xi an', '[西安] [xi] [an]'],
    ['xian', '先明', 'xian ming', '[先]明 [xian] ming'],
    ['lü', '吕明月', 'lv ming yue', '[吕]明月 [lv] ming yue'],
    ['阿不都', '阿不都·热合曼', 'a bu du re he man', '[阿不都]·热合曼 a bu du re he man'],
    ['bdrh', '阿不都·热合曼', 'a bu du re he man', '阿[不都·热合]曼 a [b]u [d]u [r]e [h]e man'],
    ['𠮷', '𠮷田', 'ji tian', '[𠮷]田 ji tian'],
    ['2716', '李明远', 'li ming yuan', '李明远 li ming yuan'],
    ['lx', '李明远', 'li ming yuan', '李明远 li ming yuan'],
    ['', '李明远', 'li ming yuan', '李明远 li ming yuan'],
    // the readings do not go with the characters
    ['jo', 'John', 'john smith', 'John john smith'],
  ])('%s in %s', (typed, name, pinyin, expected) => {
    expect(marked(typed, name, pinyin)).toBe(expected)
  })
})

describe('highlightText', () => {
  it('marks each word where it first stands', () => {
    expect(highlightText('博兴 水利', '博兴县水利局')).toEqual([
      [0, 2],
      [3, 5],
    ])
    expect(highlightText('slj', '博兴县水利局')).toEqual([])
  })
})
