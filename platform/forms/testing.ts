import { type Field, FormDefinition } from './contract.ts'

/** Builders of small forms for the tests of whoever uses them. */
export const formOf = (fields: readonly unknown[], more: Record<string, unknown> = {}): FormDefinition =>
  FormDefinition.parse({ format: 1, key: 'test', name: '测试表单', groups: [{ title: '内容', fields }], ...more })

export const textField = (key: string, more: Record<string, unknown> = {}) => ({
  key,
  title: key,
  type: 'text',
  ...more,
})
const of =
  (type: Field['type']) =>
  (key: string, rules?: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
    key,
    title: key,
    type,
    ...(rules && { rules }),
    ...more,
  })
export const numberField = of('number')
export const moneyField = of('money')

const basics = [
  { key: '事由', title: '采购事由', type: 'text', maxLength: 100, rules: { required: 'true' } },
  {
    key: '方式',
    title: '采购方式',
    type: 'enum',
    options: [
      { value: 'market', label: '网上超市' },
      { value: 'quote', label: '询价' },
      { value: 'old', label: '协议供货', to: '2025-12-31' },
    ],
    rules: { required: 'true', default: '"market"' },
  },
  { key: '经办人', title: '经办人', type: 'person', rules: { default: '填报人' } },
  { key: '身份证号', title: '领用人身份证号', type: 'identityNumber' },
  { key: '内部编号', title: '内部编号', type: 'text' },
]
const columns = [
  { key: '物品', title: '物品', type: 'text', rules: { required: 'true' } },
  { key: '单价', title: '单价', type: 'money', min: 0, rules: { required: 'true' } },
  { key: '数量', title: '数量', type: 'number', min: 1, rules: { required: 'true', default: '1' } },
  { key: '小计', title: '小计', type: 'money', rules: { formula: '单价 * 数量' } },
  { key: '占比', title: '占比', type: 'number', decimals: 2, unit: '%', rules: { formula: '小计 / 合计 * 100' } },
]
const LIMIT = { check: '合计 <= 50000', message: '超过五万元，请走公开招标。' }
const lines = [
  { key: '明细', title: '采购明细', type: 'table', rowTitle: '物品', minRows: 1, maxRows: 50, columns },
  { key: '合计', title: '合计', type: 'money', rules: { formula: 'sum(明细.小计)', validation: [LIMIT] } },
  {
    key: '说明',
    title: '超过一万元的说明',
    type: 'longText',
    rules: { visible: '合计 > 10000', required: 'true' },
  },
  { key: '附件', title: '附件', type: 'file', most: 5 },
]

/** A purchase as an office asks for it: lines that sum up, a reason above a limit, somebody to deliver to. */
export const purchase = (): FormDefinition =>
  FormDefinition.parse({
    format: 1,
    key: 'purchase',
    name: '办公用品采购申请',
    sentence: '单次五万元以下的采购。',
    groups: [
      { title: '基本情况', fields: basics },
      { title: '采购明细', fields: lines },
    ],
  })
