import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { DataTable, format, Icon, Page, Tag } from '#ui'
import { type AppRow, versionStates } from '../contract.ts'
import { builtClient } from './client.ts'
import './built.css'

const States = ({ version, pending }: AppRow) => (
  <span className="qt-row">
    {version !== null && <Tag tone="ok">第 {version} 版在用</Tag>}
    {pending && <Tag tone={pending === 'draft' ? 'plain' : 'primary'}>{versionStates[pending]}</Tag>}
  </span>
)

/** 搭建应用: what the units one administers have built or are building. */
export function DesignPage() {
  return (
    <Page
      flush
      title="搭建应用"
      sentence="用一份定义说明保存什么、谁能做什么、走什么流程；审核后发布，表、接口、列表和表单都由它得来。"
      above={<Link to="/built">自建应用</Link>}
      actions={
        <Link to="/built/design/new">
          <Button type="primary" icon={<Icon name="plus" size={16} />}>
            导入定义
          </Button>
        </Link>
      }
    >
      <DataTable
        id="built.definitions"
        call={builtClient.definitions}
        rowKey={({ id }) => id}
        rowName={({ name }) => name}
        searchLabel="按名称找"
        measure="个"
        columns={[
          {
            key: 'name',
            title: '应用',
            render: ({ id, name }: AppRow) => (
              <Link to="/built/design/$id" params={{ id }}>
                {name}
              </Link>
            ),
          },
          { key: 'state', title: '状态', width: 220, render: (row: AppRow) => <States {...row} /> },
          { key: 'unit', title: '维护单位', width: 200, render: ({ unitName }: AppRow) => unitName },
          {
            key: 'updated',
            title: '修改时间',
            width: 144,
            render: ({ updatedAt }: AppRow) => format.moment(updatedAt),
          },
        ]}
        empty={{ title: '还没有搭建过应用', detail: '从一份定义开始：可以导入别的单位导出的文件。' }}
      />
    </Page>
  )
}
