import { describe, expect, it } from 'vitest'
import { readNoticeText } from './notice-text.ts'
import { monthsOf } from './year-grid.ts'

// 国办发明电〔2025〕7号, as published
const notice2026 = `国务院办公厅关于2026年
部分节假日安排的通知
国办发明电〔2025〕7号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。
国务院办公厅
2025年11月4日`

describe('the text of a notice', () => {
  it('gives its days, its number, and nothing of the words around them', () => {
    const { days, faults, basis } = readNoticeText(notice2026, 2026)
    expect(faults).toEqual([])
    expect(basis).toBe('国办发明电〔2025〕7号')
    expect(days.filter(({ working }) => !working)).toHaveLength(33)
    expect(days.filter(({ working }) => working).map(({ day, name }) => `${day} ${name}`)).toEqual([
      '2026-01-04 元旦',
      '2026-02-14 春节',
      '2026-02-28 春节',
      '2026-05-09 劳动节',
      '2026-09-20 国庆节',
      '2026-10-10 国庆节',
    ])
  })

  it.each([
    [
      'a single day, and advice without a day',
      '元旦：1月1日放假，与周末连休。\n春节：鼓励在除夕（2月9日）休息。',
      ['2027-01-01'],
    ],
    ['days of the year before', '元旦：2026年12月31日至2027年1月1日放假调休，共2天。', ['2026-12-31', '2027-01-01']],
    ['over the end of a month', '劳动节：4月30日至5月2日放假', ['2027-04-30', '2027-05-01', '2027-05-02']],
    ['a month named once', '国庆节：10月9日、10日上班', ['2027-10-09', '2027-10-10']],
    ['a holiday over two lines', '国庆节：10月1日放假。\n10月9日（周六）上班。', ['2027-10-01', '2027-10-09']],
    ['half-width marks', '元旦: 1月1日(周五)放假', ['2027-01-01']],
  ])('reads %s', (_, text, days) => {
    expect(readNoticeText(text, 2027)).toMatchObject({ faults: [], days: days.map((day) => ({ day })) })
  })

  it.each([
    ['一、元旦：1月1日至3日放假，共4天。', /共 4 天，数出来是 3 天/],
    ['春节：2月30日放假', /不存在的日期/],
    ['春节：3日放假', /不存在的日期/],
    ['春节：2月9日至7日放假', /起止日期不对/],
    ['春节：2月9日调休', /放假还是上班/],
    ['国庆节：10月1日至7日放假，10月9日上班', /用句号分开/],
    ['2月9日放假', /没有写节日名称/],
  ])('says what it cannot read in %s', (text, fault) => {
    const { days, faults } = readNoticeText(text, 2027)
    expect(days).toEqual([])
    expect(faults).toEqual([expect.stringMatching(fault)])
  })
})

it('a year is laid out Monday first, with what the notice says of each month', () => {
  const months = monthsOf({ year: 2026, days: readNoticeText(notice2026, 2026).days })
  const [january, february] = months
  expect(january?.weeks[0]?.map((cell) => cell?.day.slice(-2) ?? null)).toEqual([
    null,
    null,
    null,
    '01',
    '02',
    '03',
    '04',
  ])
  expect(january?.weeks.every((week) => week.length === 7)).toBe(true)
  expect(january?.said).toEqual(['元旦：1日至3日放假，4日上班'])
  expect(february?.said).toEqual(['春节：15日至23日放假，14日、28日上班'])
  expect(february?.weeks.flat().filter(Boolean)).toHaveLength(28)
  // 2026 has 248 working days by its notice
  expect(months.reduce((sum, { workingDays }) => sum + workingDays, 0)).toBe(248)
})
