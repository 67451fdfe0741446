import type { ReactNode } from 'react'
import { day } from '../format.ts'

interface Props {
  isOpen: boolean
  onOpen: () => void
  /** for screen readers, while it is new to the reader: 未读 */
  unread?: string
  title: string
  /** over the title: lights and tags */
  above?: ReactNode
  /** under it, before the day */
  children: ReactNode
  /** moment of the row */
  at: string
}

/** A row of an inbox: bold until it was looked at. */
export function InboxRow({ isOpen, onOpen, unread, title, above, children, at }: Props) {
  return (
    <button
      type="button"
      className={`qt-plain qt-inbox-row${unread ? ' unread' : ''}`}
      aria-current={isOpen ? 'true' : undefined}
      onClick={onOpen}
    >
      {above}
      <span className="title">
        {unread && <span className="qt-hidden">{unread}</span>}
        {title}
      </span>
      <span className="meta">
        {children}
        <time dateTime={at}>{day(at)}</time>
      </span>
    </button>
  )
}
