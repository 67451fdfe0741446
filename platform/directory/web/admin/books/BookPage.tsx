import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, ConfirmButton, Page, Tag } from '#ui'
import type { AdminBook } from '../../../contract.ts'
import { directory } from '../../client.ts'
import { AdminNav } from '../AdminNav.tsx'
import { Facts } from '../Facts.tsx'
import { AddEntry, entriesOf } from './AddEntry.tsx'

/** One address book: who reads it, and its entries. */
export function BookPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const book = useQuery(apiQuery(directory.adminBook, { id }))
  return (
    <Page
      wide
      title={book.data?.title ?? '行业通讯录'}
      sentence={book.data?.note}
      above={
        <>
          <AdminNav />
          <Link to="/organization/books">全部通讯录</Link>
        </>
      }
    >
      <Await query={book}>{(data) => <Book book={data} />}</Await>
    </Page>
  )
}

function Book({ book }: { book: AdminBook }) {
  const navigate = useNavigate()
  const remove = useCommand(directory.deleteBook, { invalidates: [directory.adminBooks, directory.books] })
  const [adding, setAdding] = useState<'unit' | 'person'>()
  const { id, title } = book
  return (
    <div className="oa-run">
      <Facts
        rows={[
          ['条线', book.line],
          ['维护单位', book.ownerUnit.name],
          ['谁可以看', book.audience.map(({ name }) => name).join('、')],
        ]}
      />
      <div className="qt-row" style={{ flexWrap: 'wrap' }}>
        <Button type={adding ? 'default' : 'primary'} onClick={() => setAdding('person')}>
          添人员
        </Button>
        <Button onClick={() => setAdding('unit')}>添单位</Button>
        <Link to="/organization/books/$id/edit" params={{ id }}>
          <Button>修改通讯录</Button>
        </Link>
        <ConfirmButton
          verb="删除"
          name={title}
          consequence="通讯录和条目一起删除，人员和单位本身不受影响。"
          onConfirm={async () => {
            await remove.mutateAsync({ id })
            await navigate({ to: '/organization/books' })
          }}
        />
      </div>
      {adding && <AddEntry key={adding} book={book} kind={adding} onClose={() => setAdding(undefined)} />}
      {book.lines.length === 0 ? <p className="qt-second">还没有条目。</p> : <Lines book={book} />}
    </div>
  )
}

function Lines({ book }: { book: AdminBook }) {
  const save = useCommand(directory.setBookEntries)
  const remove = (id: string) =>
    save.mutateAsync({
      id: book.id,
      revision: book.revision,
      entries: entriesOf(book.lines.filter((line) => line.id !== id)),
    })
  return (
    <div className="oa-wide">
      <table className="oa-table">
        <thead>
          <tr>
            <th scope="col">分组</th>
            <th scope="col">条目</th>
            <th scope="col">备注</th>
            <th scope="col">操作</th>
          </tr>
        </thead>
        <tbody>
          {book.lines.map((line) => {
            const name = line.person?.name ?? line.unit?.name ?? '（没有了）'
            return (
              <tr key={line.id}>
                <td>{line.section || '—'}</td>
                <td>
                  {name} {line.gone && <Tag tone="over">{line.person ? '已离任' : '已撤销'}，读者看不到</Tag>}
                  {line.person?.unitName && <p className="qt-tiny qt-quiet">{line.person.unitName}</p>}
                </td>
                <td>{line.note || '—'}</td>
                <td>
                  <ConfirmButton
                    verb="移出"
                    name={name}
                    size="small"
                    consequence="只从这本通讯录里移出。"
                    onConfirm={() => remove(line.id)}
                  />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
