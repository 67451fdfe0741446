import { useQuery } from '@tanstack/react-query'
import { apiQuery } from '#kernel/web'
import { Await, EmptyState, format } from '#ui'
import type { directory } from '../client.ts'

/** Everything that changed, newest first: when, by whom, why, from what to what. */
export function HistoryList({
  call,
  id,
}: {
  call: typeof directory.unitHistory | typeof directory.personHistory
  id: string
}) {
  const history = useQuery(apiQuery(call, { id }))
  return (
    <Await query={history}>
      {({ rows, more }) =>
        rows.length === 0 ? (
          <EmptyState title="还没有改动" detail="每次修改都会记在这里：何时、何人、为何、改前改后。" />
        ) : (
          <>
            <ol className="oa-items">
              {rows.map((entry, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: entries have no id and are never reordered
                <li key={at}>
                  <p className="qt-small qt-second">
                    {entry.about}，自 {format.day(entry.day)} 起
                  </p>
                  {entry.fields.map((field) => (
                    <p key={field.field}>
                      {field.title}：
                      {field.masked ? (
                        <span className="qt-quiet">已遮盖</span>
                      ) : (
                        <>
                          {field.before && <del className="qt-quiet">{field.before}</del>} {field.after ?? '（清空）'}
                        </>
                      )}
                    </p>
                  ))}
                  <p className="qt-tiny qt-quiet">
                    {[entry.actorName, entry.at && format.moment(entry.at), entry.reason].filter(Boolean).join('，')}
                  </p>
                </li>
              ))}
            </ol>
            {more && <p className="qt-small qt-quiet">更早的改动没有列出。</p>}
          </>
        )
      }
    </Await>
  )
}
