import { type Column, type Filter, format, Light, Num, Tag } from '#ui'
import { type AdminUnitRow, levelNames, unitKinds } from '../../contract.ts'
import { levelOptions, unitKindOptions } from './words.ts'

export const levelName = (level: number): string => levelNames[level as keyof typeof levelNames] ?? ''

export const unitColumns: Column<AdminUnitRow>[] = [
  { key: 'name', title: '名称', sort: 'name', width: 280, render: (row) => row.name },
  { key: 'parent', title: '上级', render: (row) => row.parent?.shortName ?? '—' },
  { key: 'kind', title: '性质', width: 112, render: (row) => <Tag>{unitKinds[row.kind]}</Tag> },
  { key: 'level', title: '层级', width: 72, render: (row) => levelName(row.level) },
  { key: 'line', title: '条线', width: 112, render: (row) => row.line ?? '—' },
  {
    key: 'people',
    title: '人数',
    sort: 'people',
    width: 88,
    align: 'right',
    render: (row) => <Num value={row.peopleTotal} />,
  },
  {
    key: 'establishment',
    title: '编制数',
    width: 88,
    align: 'right',
    optional: true,
    render: (row) => (row.establishment === null ? '—' : <Num value={row.establishment} />),
  },
  { key: 'creditCode', title: '统一社会信用代码', width: 184, optional: true, render: (row) => row.creditCode ?? '—' },
  {
    key: 'state',
    title: '状态',
    width: 120,
    optional: true,
    render: (row) =>
      row.validTo ? <Light state="off">{format.day(row.validTo)} 撤销</Light> : <Light state="ok">在用</Light>,
  },
  {
    key: 'updatedAt',
    title: '修改时间',
    sort: 'updatedAt',
    width: 144,
    optional: true,
    render: (row) => format.moment(row.updatedAt),
  },
]

export const unitFilters: Filter[] = [
  { name: 'kind', label: '性质', kind: 'select', options: unitKindOptions },
  { name: 'level', label: '层级', kind: 'select', options: levelOptions },
  { name: 'abolished', label: '在用', kind: 'select', options: [{ value: 'true', label: '已撤销' }] },
]
