import { Link, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { type Column, DataTable, type Filter, format, Icon, Num, Page } from '#ui'
import type { AddressBook } from '../../../contract.ts'
import { directory } from '../../client.ts'
import { AdminNav } from '../AdminNav.tsx'
import { useChoices } from '../use-pickers.ts'

const columns: Column<AddressBook>[] = [
  { key: 'title', title: '通讯录', render: (book) => book.title },
  { key: 'line', title: '条线', width: 136, render: (book) => book.line ?? '—' },
  { key: 'entries', title: '条目', width: 88, align: 'right', render: (book) => <Num value={book.entries} /> },
  { key: 'owner', title: '维护单位', width: 200, render: (book) => book.ownerUnit.shortName },
  { key: 'updated', title: '修改时间', width: 144, render: (book) => format.moment(book.updatedAt) },
]

/** 行业通讯录: cross-unit directories that the scope keeps. */
export function BooksPage() {
  const navigate = useNavigate()
  const { lines } = useChoices()
  const filters: Filter[] = [{ name: 'line', label: '条线', kind: 'select', options: lines }]
  return (
    <Page
      flush
      title="行业通讯录"
      sentence="跨单位的通讯录，按条线整理。被遮盖的信息在里面一样遮盖。"
      above={<AdminNav />}
      actions={
        <Link to="/organization/books/new">
          <Button type="primary" icon={<Icon name="plus" size={16} />}>
            新建通讯录
          </Button>
        </Link>
      }
    >
      <DataTable
        id="organization.books"
        call={directory.adminBooks}
        rowKey={(book) => book.id}
        rowName={(book) => book.title}
        columns={columns}
        filters={filters}
        searchLabel="通讯录名称"
        measure="本"
        onOpen={(book) => void navigate({ to: '/organization/books/$id', params: { id: book.id } })}
        card={(book) => (
          <>
            <b>{book.title}</b>
            <p className="qt-small qt-second">
              {[book.line, `${book.entries} 条`, book.ownerUnit.shortName].filter(Boolean).join('，')}
            </p>
          </>
        )}
        empty={{ title: '还没有行业通讯录', detail: '新建后添加单位和人员，选定谁可以看。' }}
      />
    </Page>
  )
}
