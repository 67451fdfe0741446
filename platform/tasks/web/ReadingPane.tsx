import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, format, useHotkey, useTitle } from '#ui'
import type { Reading } from '../contract.ts'
import { tasks } from './client.ts'
import { Fact, Pane, type PaneProps } from './Pane.tsx'
import { WorkLink } from './WorkLink.tsx'

/** The right pane: what is to be read. Following its address is reading it; so is saying so. */
export function ReadingPane({ id, onClose, onNext, onDone, onMatter }: PaneProps) {
  const reading = useQuery(apiQuery(tasks.reading, { id }))
  useTitle(reading.data?.title ?? '待阅')
  return (
    <Pane label="待阅内容" onClose={onClose} onNext={onNext}>
      <Await query={reading}>
        {(data) => (
          <>
            <div className="qt-inbox-view tk-view">
              <h2>{data.title}</h2>
              {data.summary && <p className="summary">{data.summary}</p>}
              <dl className="tk-facts">
                <Fact label="事项">
                  <button type="button" className="qt-plain link" onClick={() => onMatter(data.matter)}>
                    {data.matter}
                  </button>
                </Fact>
                <Fact label="送阅人">{data.fromName}</Fact>
                <Fact label="来自">{data.sourceName}</Fact>
                <Fact label="到达">{format.moment(data.createdAt)}</Fact>
                <Fact label="已阅">{data.readAt && format.moment(data.readAt)}</Fact>
              </dl>
            </div>
            <div className="tk-bar">
              <Acts reading={data} onDone={onDone} />
            </div>
          </>
        )}
      </Await>
    </Pane>
  )
}

function Acts({ reading, onDone }: { reading: Reading; onDone: () => void }) {
  const unread = reading.readAt === null
  const mark = useCommand(tasks.markRead)
  const markRead = () => mark.mutate({ ids: [reading.id] }, { onSuccess: onDone })
  useHotkey('a', markRead, unread)
  return (
    <div className="acts">
      {unread && (
        <Button type="primary" loading={mark.isPending} onClick={markRead}>
          已阅，看下一份
        </Button>
      )}
      <WorkLink
        item={reading}
        verb="查看"
        primary={!unread}
        onGo={unread ? () => mark.mutate({ ids: [reading.id] }) : undefined}
      />
    </div>
  )
}
