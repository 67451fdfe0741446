import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, Facts, format, type InboxParts, Light, useTitle } from '#ui'
import type { Follow } from '../contract.ts'
import { tasks } from './client.ts'
import { WorkLink } from './WorkLink.tsx'

/** 我关注, by the same door that other services use for their lists. */
export const followed: InboxParts = {
  call: tasks.follows,
  line: (row: Follow) => ({
    id: row.id,
    title: row.title,
    meta: [row.matter, row.sourceName].filter(Boolean).join('，'),
    ...(row.state && { light: { state: row.state.light, words: row.state.words } }),
    at: row.state?.at ?? row.createdAt,
  }),
  Body: FollowBody,
  empty: { title: '还没有关注的事', detail: '在待办或办件上点星标，进展就会出现在这里。' },
}

function FollowBody({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery(apiQuery(tasks.followOne, { id }))
  const unfollow = useCommand(tasks.unfollow, { onSuccess: onClose })
  useTitle(query.data?.title ?? '我关注')
  return (
    <Await query={query}>
      {(follow) => (
        <>
          <div className="qt-inbox-view tk-view">
            <h2>{follow.title}</h2>
            <span className="marks">
              {follow.state ? (
                <Light state={follow.state.light}>{follow.state.words}</Light>
              ) : (
                <span className="qt-quiet">看不到最新进展，可能已不在您的查看范围内</span>
              )}
            </span>
            <Facts
              rows={[
                ['事项', follow.matter],
                ['来自', follow.sourceName],
                ['最近变化', follow.state?.at && format.moment(follow.state.at)],
                ['开始关注', format.moment(follow.createdAt)],
              ]}
            />
          </div>
          <div className="tk-bar">
            <div className="acts">
              <WorkLink item={follow} verb="查看" primary />
              <span className="qt-grow" />
              <Button loading={unfollow.isPending} onClick={() => unfollow.mutate({ id })}>
                不再关注
              </Button>
            </div>
          </div>
        </>
      )}
    </Await>
  )
}
