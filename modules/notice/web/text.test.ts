import { describe, expect, it } from 'vitest'
import { paragraphs, pieces } from './text.ts'

describe('a body', () => {
  it('is its lines, empty ones left out', () => {
    expect(paragraphs('一\r\n\n  \n二')).toEqual(['一', '二'])
  })
  it.each([
    ['没有网址', ['没有网址']],
    ['见 https://a.gov.cn/x?y=1。请查', ['见 ', '<https://a.gov.cn/x?y=1>', '。请查']],
    ['（http://a.cn）和 http://b.cn.', ['（', '<http://a.cn>', '）和 ', '<http://b.cn>', '.']],
    ['https://', ['https://']],
    ['javascript:alert(1) data:text/html,x', ['javascript:alert(1) data:text/html,x']],
    ['<a href="http://a.cn">', ['<a href="', '<http://a.cn>', '">']],
  ])('%s', (line, expected) => {
    expect(pieces(line).map(({ text, href }) => (href ? `<${href}>` : text))).toEqual(expected)
  })
})
