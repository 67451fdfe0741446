import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { check, fieldsOf, inputOf, isRequired, say, serverFaults } from './model.ts'
import type { FormField, FormGroup } from './types.ts'

const search = async () => []
const load = () => []
const fields: FormField[] = [
  { kind: 'text', name: 'title', label: '标题' },
  { kind: 'longText', name: 'text', label: '正文' },
  { kind: 'number', name: 'copies', label: '份数', unit: '份' },
  { kind: 'person', name: 'ownerId', label: '承办人', search },
  { kind: 'units', name: 'unitIds', label: '发送单位', load },
  { kind: 'date', name: 'due', label: '截止日期' },
  { kind: 'switch', name: 'pinned', label: '置顶', on: '置顶', off: '不置顶' },
]
const schema = z.object({
  title: z.string().min(2).max(5),
  text: z.string().optional(),
  copies: z.number().max(100),
  ownerId: z.uuid(),
  unitIds: z.array(z.string()).min(1).max(2),
  due: z.iso.date().optional(),
  pinned: z.boolean().default(false),
  kind: z.enum(['a', 'b'], { error: '请选文种' }).optional(),
})
const person = { id: '0190a5b0-0000-7000-8000-000000000001', name: '李明远' }

describe('inputOf', () => {
  it('sends ids for persons and units, trims text and leaves empty boxes out', () => {
    const values = {
      title: ' 通知 ',
      text: '   ',
      copies: 3,
      ownerId: [person],
      unitIds: [{ id: 'u1', name: '县水利局' }],
      due: '',
      pinned: undefined,
    }
    expect(inputOf(fields, values, { id: 'n1' })).toEqual({
      id: 'n1',
      title: '通知',
      text: undefined,
      copies: 3,
      ownerId: person.id,
      unitIds: ['u1'],
      due: undefined,
      pinned: false,
    })
  })
})

describe('check', () => {
  it('passes what the schema parsed, defaults included', () => {
    const { faults, parsed } = check(schema, fields, { title: '通知', copies: 1, ownerId: person.id, unitIds: ['u1'] })
    expect(faults).toEqual({})
    expect(parsed).toMatchObject({ pinned: false })
  })
  it('says each fault in plain words, by the kind of the field', () => {
    expect(check(schema, fields, inputOf(fields, {})).faults).toEqual({
      title: '请填写标题',
      copies: '请填写份数',
      ownerId: '请选择承办人',
      unitIds: '请选择发送单位',
    })
    const wrong = { title: '一二三四五六', copies: 101, ownerId: 'x', unitIds: ['1', '2', '3'], due: '2026-13-01' }
    expect(check(schema, fields, wrong).faults).toEqual({
      title: '标题最多 5 个字',
      copies: '份数不能大于 100',
      ownerId: '承办人填写的格式不对',
      unitIds: '发送单位最多 2 项',
      due: '截止日期填写的格式不对',
    })
    expect(check(schema, fields, { ...wrong, title: '一' }).faults.title).toBe('标题至少 2 个字')
  })
  it('lets the schema speak for itself, and keeps what belongs to no field', () => {
    const faults = check(schema, fields, {
      title: '通知',
      copies: 1,
      ownerId: person.id,
      unitIds: ['u1'],
      kind: 'z',
    }).faults
    expect(faults).toEqual({ '': '请选文种' })
  })
})

describe('serverFaults', () => {
  it('finds the field by the first word of the path and keeps the first fault', () => {
    const errors = [
      { path: 'unitIds.0', message: '单位已撤销' },
      { path: 'unitIds.1', message: '单位不存在' },
      { path: '', message: '今天已满' },
    ]
    expect(serverFaults(errors, fields)).toEqual({ unitIds: '单位已撤销', '': '今天已满' })
  })
})

it('asks the schema what is required', () => {
  expect(['title', 'text', 'due', 'pinned', 'unitIds', 'nothing'].map((name) => isRequired(schema, name))).toEqual([
    true,
    false,
    false,
    false,
    true,
    false,
  ])
})

it('leaves hidden fields out', () => {
  const groups: FormGroup[] = [
    {
      title: '一',
      fields: [
        { kind: 'switch', name: 'pinned', label: '置顶', on: '是', off: '否' },
        { kind: 'date', name: 'until', label: '置顶到', visible: (values) => values.pinned === true },
      ],
    },
  ]
  expect(fieldsOf(groups, {}).map(({ name }) => name)).toEqual(['pinned'])
  expect(fieldsOf(groups, { pinned: true }).map(({ name }) => name)).toEqual(['pinned', 'until'])
})

describe('say', () => {
  it.each([
    ['title', '', '未填'],
    ['title', '通知', '通知'],
    ['copies', 12, '12 份'],
    ['ownerId', [person], '李明远'],
    ['unitIds', [], '未填'],
    ['pinned', true, '置顶'],
    ['pinned', undefined, '不置顶'],
  ])('%s %j', (name, value, words) => {
    expect(say(fields.find((field) => field.name === name)!, value)).toBe(words)
  })
})
