import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminUrl } from '#kernel/testing'
import { queryTokens, readingOf, segment, toTsQueryText, toTsVectorText } from '../index.ts'

describe('words', () => {
  it.each([
    ['关于开展信访积案化解工作的通知', ['关于', '开展', '信访', '积案', '化解', '工作', '的', '通知']],
    ['ＡＢＣ手机１２', ['abc', '手机', '12']],
    ['《通知》，——！…', ['通知']],
    ['GB/T 9704-2012', ['gb', 't', '9704', '2012']],
    ['', []],
  ])('segment(%j)', (text, words) => {
    expect(segment(text)).toEqual(words)
  })

  it.each([
    ['中华人民共和国', ['中华', '人民', '共和', '国']],
    ['政府办', ['政府', '办']],
    ['通知 信访 通知', ['信访', '通知']],
    ["'); drop table x; --", ['drop', 'table', 'x']],
    ['  ！？ ', []],
  ])('queryTokens(%j)', (q, tokens) => {
    expect(queryTokens(q)).toEqual(tokens)
  })

  it.each([
    ['信访工作', '信访 & 工作:*'],
    ['政府办', '政府 & 办'],
    ['app', 'app:*'],
    ['&|!():*', ''],
  ])('toTsQueryText(%j) = %j', (q, text) => {
    expect(toTsQueryText(q)).toBe(text)
  })

  it('bounds what a query may cost', () => {
    expect(queryTokens([...Array(90).keys()].join(' ')).length).toBe(16)
  })
})

describe('on PostgreSQL', () => {
  const client = new pg.Client({ connectionString: adminUrl() })
  beforeAll(() => client.connect())
  afterAll(() => client.end())

  const finds = async (text: string, q: string): Promise<boolean> => {
    const { rows } = await client.query<{ found: boolean }>(
      "select to_tsvector('simple', $1) @@ to_tsquery('simple', $2) as found",
      [toTsVectorText(text), toTsQueryText(q)],
    )
    return rows[0]!.found
  }

  it.each([
    ['县政府办公室', '政府办'],
    ['历城区行政审批服务局', '行政审批局'],
    ['历城区行政审批服务局', '审批'],
    ['张伟明同志任县人社局局长', '伟明'],
    ['张伟明同志任县人社局局长', '人社局'],
    ['关于开展信访积案化解工作的通知', '信访工'],
    ['关于开展信访积案化解工作的通知', '通知 信访'],
    ['鲁政办发〔2026〕12号', '鲁政办发〔2026〕12号'],
    ['鲁政办发〔2026〕12号', '2026 12'],
    ['中华人民共和国建筑法', '共和国'],
    ['会议用 iPhone 与 Wi-Fi6', 'ＩＰＨ'],
    ['会议用 iPhone 与 Wi-Fi6', 'wi-fi'],
    ['版本 1.5，完成 50%', '1.5'],
    ['𠮷野家', '𠮷野'],
  ])('%s is found by %s', async (text, q) => {
    expect(await finds(text, q)).toBe(true)
  })

  it.each([
    ['县政府办公室', '县委'],
    ['信访局', '信访局长'],
    ['通知', '！'],
    ['iphone', 'phone'],
  ])('%s is not found by %s', async (text, q) => {
    expect(await finds(text, q)).toBe(false)
  })

  it('indexes a text with more words than a tsvector holds', async () => {
    const words = Array.from({ length: 150_000 }, (_, at) => `w${at.toString(36)}x`)
    expect(await finds(words.join(' '), 'w1x')).toBe(true)
    expect(await finds('长'.repeat(100_000), '长')).toBe(true)
    expect(await finds(`${'a'.repeat(5000)} 末尾`, '末尾')).toBe(true)
  })
})

it.each([
  ['年度工作总结', 'niandugongzuozongjie', 'ndgzzj'],
  ['绿色 GB/T 9704', 'lvsegbt9704', 'lsgt9704'],
  ['', '', ''],
])('readingOf(%j)', (title, full, initials) => {
  expect(readingOf(title)).toEqual({ full, initials })
})
