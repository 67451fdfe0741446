import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, type FormField, Page, RecordForm } from '#ui'
import { type AdminBook, directoryApi } from '../../../contract.ts'
import { directory } from '../../client.ts'
import { AdminNav } from '../AdminNav.tsx'
import { useChoices, useUnitSource } from '../use-pickers.ts'

export function NewBookPage() {
  const open = useOpen()
  const groups = useGroups()
  const create = useCommand(directory.createBook, { quiet: true })
  return (
    <Page title="新建行业通讯录" above={<Above />}>
      <RecordForm
        id="book.new"
        schema={directoryApi.createBook.input}
        groups={groups}
        submitLabel="建立通讯录"
        onSubmit={create.mutateAsync}
        onDone={open}
      />
    </Page>
  )
}

export function EditBookPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const book = useQuery(apiQuery(directory.adminBook, { id }))
  return (
    <Page title={book.data ? `修改${book.data.title}` : '修改行业通讯录'} above={<Above />}>
      <Await query={book}>{(data) => <Editor key={data.id} opened={data} />}</Await>
    </Page>
  )
}

const asRef = ({ id, name }: { id: string; name: string }) => ({ id, name })

function Editor({ opened }: { opened: AdminBook }) {
  // the book is read again while it is saved; the form must stay the one that is open until it has left the page
  const [book] = useState(opened)
  const open = useOpen()
  const groups = useGroups()
  const update = useCommand(directory.updateBook, { quiet: true })
  return (
    <RecordForm
      id={`book.${book.id}.${book.revision}`}
      schema={directoryApi.updateBook.input}
      initial={{
        title: book.title,
        line: book.line ?? undefined,
        note: book.note,
        ownerUnitId: [asRef(book.ownerUnit)],
        audienceUnitIds: book.audience.map(asRef),
      }}
      extra={{ id: book.id, revision: book.revision }}
      groups={groups}
      submitLabel="保存"
      onSubmit={update.mutateAsync}
      onDone={open}
    />
  )
}

function useOpen() {
  const navigate = useNavigate()
  return ({ id }: AdminBook) => void navigate({ to: '/organization/books/$id', params: { id } })
}

function useGroups() {
  const units = useUnitSource()
  const { lines } = useChoices()
  return [
    {
      title: '通讯录',
      fields: [
        { name: 'title', label: '名称', kind: 'text', maxLength: 100 },
        { name: 'line', label: '条线', kind: 'select', options: lines },
        { name: 'note', label: '说明', kind: 'text', maxLength: 300 },
        { name: 'ownerUnitId', label: '维护单位', help: '这个单位的管理员可以修改', kind: 'unit', ...units },
        {
          name: 'audienceUnitIds',
          label: '谁可以看',
          help: '这些单位及其下级的工作人员',
          kind: 'units',
          ...units,
        },
      ],
    },
  ] as const satisfies { title: string; fields: readonly FormField[] }[]
}

const Above = () => (
  <>
    <AdminNav />
    <Link to="/organization/books">全部通讯录</Link>
  </>
)
