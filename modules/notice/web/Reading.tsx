import { useQuery } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useRef } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, Icon, useSwipe, useTitle } from '#ui'
import { notices } from './client.ts'
import { NoticeActions } from './NoticeActions.tsx'
import { NoticeView } from './NoticeView.tsx'

interface Props {
  id: string
  onClose: () => void
  onNext: () => void
  onUnit: (unitId: string) => void
}

/** The right pane: the notice itself. Opening it is reading it. */
export function Reading({ id, onClose, onNext, onUnit }: Props) {
  const notice = useQuery(apiQuery(notices.open, { id }))
  useTitle(notice.data?.title ?? '通知公告')
  const mark = useCommand(notices.markRead, { invalidates: [notices.unread, notices.open], quiet: true })
  const read = useEffectEvent(() => mark.mutate({ id }))
  const isUnread = notice.data?.id === id && notice.data.unread
  useEffect(() => {
    if (isUnread) read()
  }, [isUnread])
  const pane = useRef<HTMLElement>(null)
  const swipe = useSwipe({ right: onClose, left: onNext })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another notice begins at its top
  useEffect(() => {
    // in braces: recent browsers answer scrollTo with a promise, which is no clean-up
    pane.current?.scrollTo(0, 0)
  }, [id])
  return (
    <article className="nt-reading" ref={pane} aria-label="通知内容" {...swipe}>
      <button type="button" className="qt-plain nt-back" onClick={onClose}>
        <Icon name="chevronLeft" />
        返回列表
      </button>
      <Await query={notice}>
        {(data) => (
          <>
            <h2>{data.title}</h2>
            <NoticeView notice={data} onUnit={onUnit} />
            <NoticeActions notice={data} onRemoved={onClose} />
          </>
        )}
      </Await>
    </article>
  )
}
