import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { apiQuery } from '#kernel/web'
import { Await, type Column, DataTable, type Filter, format, Icon, Page, SidePanel, useCan } from '#ui'
import { type ManagedRow, noticeKinds, noticeStates } from '../contract.ts'
import { notices } from './client.ts'
import { hasActions, NoticeActions } from './NoticeActions.tsx'
import { NoticeView } from './NoticeView.tsx'
import { StateTag } from './StateTag.tsx'
import './notices.css'

const columns: readonly Column<ManagedRow>[] = [
  { key: 'title', title: '标题', render: (row) => row.title },
  { key: 'state', title: '状态', width: 96, render: (row) => <StateTag state={row.state} /> },
  { key: 'kind', title: '种类', width: 72, render: (row) => noticeKinds[row.kind] },
  { key: 'unit', title: '发布单位', width: 220, render: (row) => row.unitName },
  { key: 'author', title: '起草人', width: 96, render: (row) => row.authorName },
  {
    key: 'published',
    title: '发布时间',
    width: 144,
    render: (row) => (row.publishedAt ? format.moment(row.publishedAt) : '—'),
  },
  { key: 'updated', title: '修改时间', width: 144, optional: true, render: (row) => format.moment(row.updatedAt) },
]
const options = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }))
const byState: Filter = { name: 'state', label: '状态', kind: 'select', options: options(noticeStates) }
const byView: Filter = {
  name: 'view',
  label: '我起草的',
  kind: 'select',
  options: options({ mine: '我起草的', unit: '本单位送审和发布的' }),
}

/** 通知管理: what one wrote, and for a publisher what waits for approval. */
export function ManagePage() {
  const can = useCan()
  return (
    <Page
      flush
      title="通知管理"
      sentence="起草后送审，审核人发布；发布以后可以看到谁读了、谁没读。"
      above={<Link to="/notices">通知公告</Link>}
      actions={
        <Link to="/notices/new">
          <Button type="primary" icon={<Icon name="plus" size={16} />}>
            起草通知
          </Button>
        </Link>
      }
    >
      <DataTable
        id="notices.managed"
        call={notices.managed}
        rowKey={(row) => row.id}
        rowName={(row) => row.title}
        columns={columns}
        filters={can('notice:publish') ? [byView, byState] : [byState]}
        searchLabel="按标题找"
        measure="份"
        panel={(row, close) => <ManagedPanel id={row.id} title={row.title} close={close} />}
        card={(row) => (
          <>
            <b>{row.title}</b>
            <p className="qt-row qt-small qt-second">
              <StateTag state={row.state} />
              {row.authorName}，{format.moment(row.updatedAt)}
            </p>
          </>
        )}
        empty={{ title: '还没有起草过通知', detail: '起草的通知会留在这里，发布以后能看到阅读情况。' }}
      />
    </Page>
  )
}

function ManagedPanel({ id, title, close }: { id: string; title: string; close: () => void }) {
  const notice = useQuery(apiQuery(notices.open, { id }))
  return (
    <SidePanel
      title={title}
      onClose={close}
      actions={notice.data && hasActions(notice.data) && <NoticeActions notice={notice.data} onRemoved={close} />}
    >
      <Await query={notice}>{(data) => <NoticeView notice={data} />}</Await>
    </SidePanel>
  )
}
