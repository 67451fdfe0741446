import { type Column, type Filter, format, Light, Tag } from '#ui'
import { type AdminPersonRow, personStatuses, postKinds } from '../../contract.ts'
import { postKindOptions, statusLights, statusOptions } from './words.ts'

/** The unit a post hangs at, with its division where there is one. */
export const placeOf = ({ unit, org }: Pick<AdminPersonRow, 'unit' | 'org'>): string =>
  unit.id === org.id ? org.shortName : `${org.shortName} ${unit.shortName}`

export const peopleColumns: Column<AdminPersonRow>[] = [
  { key: 'name', title: '姓名', sort: 'name', width: 104, render: (row) => row.name },
  { key: 'place', title: '单位', sort: 'unit', render: placeOf },
  { key: 'title', title: '职务', width: 160, render: (row) => row.title || '—' },
  {
    key: 'kind',
    title: '任职',
    width: 112,
    render: (row) => (
      <span className="qt-row">
        <Tag>{postKinds[row.postKind]}</Tag>
        {row.leader && <Tag tone="primary">领导</Tag>}
      </span>
    ),
  },
  { key: 'rank', title: '职级', width: 120, render: (row) => row.rank ?? '—' },
  { key: 'mobile', title: '手机号', width: 128, render: (row) => row.mobile ?? '—' },
  { key: 'staffNo', title: '人事编号', width: 128, optional: true, render: (row) => row.staffNo ?? '—' },
  {
    key: 'status',
    title: '状态',
    width: 88,
    optional: true,
    render: (row) => <Light state={statusLights[row.status]}>{personStatuses[row.status]}</Light>,
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

export const peopleFilters: Filter[] = [
  { name: 'status', label: '状态：在职', kind: 'select', options: statusOptions },
  { name: 'postKind', label: '任职类型', kind: 'select', options: postKindOptions },
  {
    name: 'leader',
    label: '领导和其他',
    kind: 'select',
    options: [
      { value: 'true', label: '单位领导' },
      { value: 'false', label: '其他人员' },
    ],
  },
]
