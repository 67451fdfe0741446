import { describe, expect, it } from 'vitest'
import { fieldsOf, tidy } from './import-fields.ts'
import { suggestMapping } from './import-mapping.ts'
import { rowReader } from './import-rows.ts'
import { KeyTable } from './import-seen.ts'

const read = (field: string, cell: string) => fieldsOf('people')[field]!.read(tidy(cell), '2026-11-20')

describe('a cell', () => {
  it.each([
    ['validFrom', '2024-03-01', '2024-03-01'],
    ['validFrom', '2024/3/1', '2024-03-01'],
    ['validFrom', '2024.3.1', '2024-03-01'],
    ['validFrom', '20240301', '2024-03-01'],
    ['validFrom', '2024年3月1日', '2024-03-01'],
    ['validFrom', '2024-03-01T00:00:00', '2024-03-01'],
    ['validFrom', '２０２４-０３-０１', '2024-03-01'],
    ['leader', '是', true],
    ['leader', '√', true],
    ['leader', 'N', false],
    ['sort', '-12', -12],
    ['gender', '女性', '女'],
    ['postKind', '挂职', 'exchange'],
    ['name', '  张\u3000三 ', '张三'],
    ['name', '阿卜杜•买买提', '阿卜杜·买买提'],
    ['title', ' 党组书记、主任（兼） ', '党组书记、主任（兼）'],
    ['title', '主任\r\n科员', '主任 科员'],
    ['phone', '0543-2321234转8001', '0543-2321234转8001'],
    ['identityNumber', '379999 19900101 001x', undefined],
    ['mobile', '+86 154 1111 0001', '15411110001'],
    ['mobile', '154****0001', '154****0001'],
  ])('of %s: %j is %j', (field, cell, value) => {
    if (value === undefined) expect(read(field, cell)).toHaveProperty('fault')
    else expect(read(field, cell)).toEqual({ value })
  })

  it.each([
    ['validFrom', '2024-02-30'],
    ['validFrom', '2024-03'],
    ['validFrom', '2027-01-01'],
    ['validFrom', '45352'],
    ['leader', '也许'],
    ['sort', '1.5'],
    ['sort', '1e9'],
    ['gender', '其他'],
    ['email', 'a@b'],
    ['phone', 'call me'],
    ['name', '<script>'],
    ['name', '张\u0430伟'],
    ['title', '\u0007响'],
    ['title', '科\u202e长'],
    ['staffNo', 'a b'],
    ['personId', '17'],
  ])('of %s cannot be %j', (field, cell) => {
    expect(read(field, cell)).toMatchObject({ fault: expect.stringMatching(/[\u4e00-\u9fff]/) })
  })

  it('that a spreadsheet turned into a power of ten is told as such', () => {
    const { faults } = rowReader(
      'people',
      { name: 0, identityNumber: 1 },
      2,
      '2026-11-20',
    )({ sheet: '', row: 2, cells: ['张三', '3.79999E+17'] }, 1)
    expect(faults).toMatchObject([{ col: 1, message: expect.stringMatching(/末尾几位已经丢失/) }])
  })
})

describe('a mapping', () => {
  it.each([
    [['姓名（必填）', '联系电话*', '部门', '工作单位'], { name: 0, mobile: 1, division: 2, unit: 3 }],
    [['手机号', '电话', '姓名'], { mobile: 0, phone: 1, name: 2 }],
    [['姓名', '姓名'], { name: 0 }],
    [['甲', '乙'], {}],
  ])('of %j is %j', (header, mapping) => {
    expect(suggestMapping('people', header, {})).toEqual(mapping)
  })
  it('follows what the unit chose last time, and nothing that is no field', () => {
    expect(suggestMapping('people', ['甲', '姓名'], { 甲: 'name', 姓名: 'constructor' })).toEqual({ name: 0 })
  })
})

it('a table of keys keeps all of them apart while it grows', () => {
  const table = new KeyTable(32)
  for (let i = 1; i <= 20_000; i++) {
    const { slot, isNew } = table.at(`k${i}`)
    expect(isNew).toBe(true)
    table.set(slot, 0, i)
  }
  for (let i = 1; i <= 20_000; i++) {
    const { slot, isNew } = table.at(`k${i}`)
    expect([isNew, table.get(slot, 0)]).toEqual([false, i])
  }
})
