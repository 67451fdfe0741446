import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Progress } from 'antd'
import { apiQuery } from '#kernel/web'
import { type Column, DataTable, Facts, format, Icon, Light, Page, SidePanel } from '#ui'
import type { Migration } from '../../contract/migration.ts'
import { CasesNav } from '../CasesNav.tsx'
import { cases } from '../client.ts'
import { Blocked } from './Blocked.tsx'
import './administration.css'

const State = ({ row }: { row: Migration }) => {
  if (row.endedAt === null) return <Light state="warn">正在换</Light>
  return row.blocked > 0 ? <Light state="over">{row.blocked} 件没有换成</Light> : <Light state="ok">已换完</Light>
}
const versionsOf = (row: Migration): string => `第 ${row.fromVersion} 版换到第 ${row.toVersion} 版`

const columns: readonly Column<Migration>[] = [
  { key: 'process', title: '流程', render: (row) => row.processName },
  { key: 'versions', title: '版本', width: 176, render: versionsOf },
  { key: 'state', title: '进度', width: 136, render: (row) => <State row={row} /> },
  { key: 'total', title: '件数', width: 80, align: 'right', render: (row) => row.total },
  { key: 'done', title: '已换', width: 80, align: 'right', render: (row) => row.done },
  { key: 'reason', title: '原因', width: 240, render: (row) => row.reason },
  { key: 'started', title: '开始时间', width: 144, render: (row) => format.moment(row.startedAt) },
]

/** 换版: running cases that were led over to another version of their process, and how far that is. */
export function MigrationsPage() {
  return (
    <Page
      flush
      title="办件换版"
      sentence="流程出了新版，办理中的事仍走原来的版本。需要时在这里把它们换到新版。"
      above={<CasesNav />}
      actions={
        <Link to="/cases/migrations/new">
          <Button type="primary" icon={<Icon name="plus" size={16} />}>
            换版
          </Button>
        </Link>
      }
    >
      <DataTable
        id="workflow.migrations"
        call={cases.migrations}
        rowKey={(row) => row.id}
        rowName={(row) => row.processName}
        columns={columns}
        measure="次"
        panel={(row, close) => <MigrationPanel key={row.id} row={row} close={close} />}
        card={(row) => (
          <>
            <b>{row.processName}</b>
            <p className="qt-row qt-small qt-second">
              <State row={row} />
              {versionsOf(row)}
            </p>
          </>
        )}
        empty={{ title: '还没有换过版', detail: '选“换版”，先试算哪些能换、哪些不能换，再成批换。' }}
      />
    </Page>
  )
}

const LOOK_AGAIN_MS = 3_000

function MigrationPanel({ row, close }: { row: Migration; close: () => void }) {
  const query = useQuery({
    ...apiQuery(cases.migration, { id: row.id }),
    initialData: row,
    refetchInterval: ({ state }) => (state.data?.endedAt === null ? LOOK_AGAIN_MS : false),
  })
  const now = query.data
  const over = now.total - now.waiting
  return (
    <SidePanel title={`${now.processName}：${versionsOf(now)}`} onClose={close}>
      <div className="wf-beside">
        <div aria-live="polite">
          <Progress
            percent={now.total === 0 ? 100 : Math.floor((over / now.total) * 100)}
            status={now.endedAt === null ? 'active' : 'normal'}
          />
          <p className="qt-small qt-second">
            {now.endedAt === null
              ? `共 ${now.total} 件，已处理 ${over} 件。可以离开此页，会接着换。`
              : `共 ${now.total} 件，${format.moment(now.endedAt)} 处理完。`}
          </p>
        </div>
        <Facts
          rows={[
            ['已换', `${now.done} 件`],
            ['没有换成', `${now.blocked} 件`],
            ['其间已办结', now.total - now.waiting - now.done - now.blocked || null],
            ['原因', now.reason],
            ['开始时间', format.moment(now.startedAt)],
          ]}
        />
        {now.blocked > 0 && <BlockedList key={now.blocked} id={now.id} />}
      </div>
    </SidePanel>
  )
}

function BlockedList({ id }: { id: string }) {
  const query = useInfiniteQuery({
    queryKey: [...cases.migrationBlocked.key, { id }, 'pages'],
    queryFn: ({ signal, pageParam }) => cases.migrationBlocked({ id, limit: 20, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })
  return (
    <section aria-label="没有换成的办件">
      <h3 className="qt-section">没有换成的办件</h3>
      {query.data && <Blocked rows={query.data.pages.flatMap(({ rows }) => rows)} />}
      {query.hasNextPage && (
        <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          显示更多
        </Button>
      )}
    </section>
  )
}
