import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { ErrorState, format, Icon, Skeleton300 } from '#ui'
import type { ImportDetail } from '../../contract.ts'
import { directory } from '../client.ts'

/** Faults by cell, as the spreadsheet numbers them; the sheet to put them right in. */
export function ImportFaults({ run }: { run: ImportDetail }) {
  const faults = useInfiniteQuery({
    queryKey: [...directory.importFaults.key, { id: run.id }, 'pages'],
    queryFn: ({ signal, pageParam }) => directory.importFaults({ id: run.id, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })
  const rows = faults.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <section className="qt-block" aria-label="错误">
      <div className="qt-section">
        <h2>错误 {format.number(run.faulty)} 行</h2>
        <Button href={directory.faultSheet.url({ id: run.id })} icon={<Icon name="download" size={16} />} download>
          下载错误表
        </Button>
      </div>
      <p className="qt-second">错误表里只有出错的行，改正后可以单独上传。</p>
      {faults.isPending && <Skeleton300 lines={4} />}
      {faults.isError && <ErrorState error={faults.error} onRetry={() => void faults.refetch()} />}
      {rows.length > 0 && (
        <div className="oa-wide">
          <table className="oa-table">
            <thead>
              <tr>
                <th scope="col">行</th>
                <th scope="col">列</th>
                <th scope="col">内容</th>
                <th scope="col">问题</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((fault) => (
                <tr key={`${fault.sheet} ${fault.row} ${fault.column} ${fault.message}`}>
                  <td>{fault.row}</td>
                  <td>{fault.header ?? '整行'}</td>
                  <td>{fault.value}</td>
                  <td className="oa-fault">{fault.message}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {faults.hasNextPage && (
        <Button loading={faults.isFetchingNextPage} onClick={() => void faults.fetchNextPage()}>
          显示更多
        </Button>
      )}
    </section>
  )
}
