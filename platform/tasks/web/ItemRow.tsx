import { Checkbox } from 'antd'
import { InboxRow, Light, Tag } from '#ui'
import type { Task } from '../contract.ts'
import { dueWords } from './due.ts'
import { type Item, isTask, urgencies } from './filters.ts'

interface Props {
  item: Item
  /** the heading it begins; empty for the others */
  group: string
  isOpen: boolean
  open: (id: string) => void
  /** undefined: nothing can be chosen here */
  chosen: boolean | undefined
  choose: (id: string) => void
}

const momentOf = (item: Item): string => (isTask(item) ? item.closedAt : item.readAt) ?? item.createdAt

export function ItemRow({ item, group, isOpen, open, chosen, choose }: Props) {
  const isNew = isTask(item) ? item.state === 'open' && item.openedAt === null : item.readAt === null
  const from = item.fromName ?? item.sourceName
  return (
    <li className="tk-item">
      {group !== '' && <span className="tk-group">{group}</span>}
      {chosen !== undefined && (
        <Checkbox checked={chosen} aria-label={`选${item.title}`} onChange={() => choose(item.id)} />
      )}
      <InboxRow
        isOpen={isOpen}
        onOpen={() => open(item.id)}
        unread={isNew ? (isTask(item) ? '还没看过' : '未阅') : undefined}
        title={item.title}
        above={isTask(item) && <Marks task={item} />}
        at={momentOf(item)}
      >
        <span className="qt-ellipsis">
          {item.matter}
          {from && `，${from}`}
          {isTask(item) && item.ownerName && `，代${item.ownerName}`}
        </span>
      </InboxRow>
    </li>
  )
}

/** Limit and urgency of what is open, the outcome of what is closed; nothing when there is nothing to say. */
export function Marks({ task }: { task: Task }) {
  if (task.state !== 'open')
    return (
      <span className="marks">
        <Tag tone={task.state === 'done' ? 'ok' : 'plain'}>{task.outcome}</Tag>
      </span>
    )
  const due = task.dueAt === null ? undefined : dueWords(task.dueAt)
  if (!due && task.urgency === 'normal') return null
  return (
    <span className="marks">
      {due && <Light state={due.state}>{due.words}</Light>}
      {task.urgency !== 'normal' && (
        <Tag tone={task.urgency === 'urgent' ? 'warn' : 'over'}>{urgencies[task.urgency]}</Tag>
      )}
    </span>
  )
}
