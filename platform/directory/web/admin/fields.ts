import type { FormField } from '#ui'
import type { useUnitSource } from './use-pickers.ts'
import { genderOptions } from './words.ts'

type Options = { value: string; label: string }[]

/** The fields of a person, as the directory keeps them. */
export const personFields = (ranks: Options) =>
  [
    { name: 'name', label: '姓名', kind: 'text', maxLength: 60 },
    { name: 'gender', label: '性别', kind: 'select', options: genderOptions },
    { name: 'mobile', label: '手机号', kind: 'text', inputMode: 'tel', maxLength: 40 },
    { name: 'email', label: '电子邮箱', kind: 'text', inputMode: 'email', maxLength: 120 },
    { name: 'rank', label: '职级', kind: 'select', options: ranks },
    { name: 'staffNo', label: '人事编号', kind: 'text', maxLength: 40 },
  ] as const satisfies FormField[]

/** The fields of a post beside its kind. */
export const postFields = (units: ReturnType<typeof useUnitSource>) =>
  [
    { name: 'unitId', label: '单位或内设机构', kind: 'unit', ...units },
    { name: 'title', label: '职务', kind: 'text', maxLength: 100 },
    { name: 'leader', label: '单位领导', kind: 'switch', on: '列在单位领导中', off: '不是单位领导' },
    { name: 'charge', label: '分管工作', kind: 'text', maxLength: 300 },
    { name: 'phone', label: '办公电话', kind: 'text', inputMode: 'tel', maxLength: 40 },
    { name: 'room', label: '办公室', kind: 'text', maxLength: 60 },
    { name: 'validFrom', label: '任职日', help: '不填就是今天', kind: 'date' },
  ] as const satisfies FormField[]

export const reasonField = {
  name: 'reason',
  label: '修改原因',
  help: '写进沿革，给以后查阅的人看',
  kind: 'text',
  maxLength: 200,
} as const satisfies FormField
