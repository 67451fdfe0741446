import { useQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, ConfirmButton, Field, SidePanel, useLeaveGuard } from '#ui'
import type { FeedbackDetail } from '../contract.ts'
import { feedback } from './client.ts'
import { History } from './History.tsx'
import { StateLight } from './words.tsx'

interface Props {
  id: string
  title: string
  /** answers begun, by entry: looking at another one in between loses nothing */
  drafts: Map<string, string>
  onClose: () => void
}

/** One entry of the inbox: who wrote it, how to reach them, what was answered, and the next answer. */
export function EntryPanel({ id, title, drafts, onClose }: Props) {
  const query = useQuery(apiQuery(feedback.read, { id }))
  return (
    <SidePanel title={title} onClose={onClose}>
      <Await query={query}>{(entry) => <Entry entry={entry} title={title} drafts={drafts} />}</Await>
    </SidePanel>
  )
}

interface EntryProps {
  entry: FeedbackDetail
  title: string
  drafts: Map<string, string>
}

function Entry(props: EntryProps) {
  const { entry } = props
  return (
    <>
      <p className="qt-row">
        <StateLight state={entry.state} />
        <span className="qt-second">{entry.unitName}</span>
      </p>
      <History {...entry} />
      {entry.contact && <p className="qt-small feedback-reach">联系方式：{entry.contact}</p>}
      {entry.requestId && <p className="qt-small feedback-reach">出错编号：{entry.requestId}</p>}
      {entry.can.reply ? <Answer {...props} /> : <p className="qt-quiet">已经办结，不能再答复。</p>}
    </>
  )
}

function Answer({ entry, title, drafts }: EntryProps) {
  const [text, setText] = useState(drafts.get(entry.id) ?? '')
  const [fault, setFault] = useState('')
  const guard = useLeaveGuard(text.trim() !== '', '您写的答复还没有提交。')
  const change = (next: string) => {
    setText(next)
    setFault('')
    drafts.set(entry.id, next)
  }
  const done = { onSuccess: () => change('') }
  const reply = useCommand(feedback.reply, done)
  const close = useCommand(feedback.close, done)
  const { id, revision } = entry
  const answer = { id, revision, text: text.trim() }
  const send = () => (answer.text ? reply.mutate(answer) : setFault('请写下答复，再提交。'))
  return (
    <div className="qt-fields">
      {guard}
      <Field label="答复" required error={fault} help="提交人会看到您的姓名和答复。">
        {({ status, ...control }) => (
          <Input.TextArea
            {...control}
            status={status}
            rows={4}
            maxLength={2000}
            value={text}
            onChange={(event) => change(event.target.value)}
          />
        )}
      </Field>
      <div className="qt-row">
        <Button type="primary" loading={reply.isPending} onClick={send}>
          回复
        </Button>
        <ConfirmButton
          verb="办结"
          name={title}
          consequence="办结后不能再答复，您写的答复作为办理结果发给提交人。"
          reason={answer.text ? undefined : '请先写下办理结果'}
          onConfirm={() => close.mutateAsync(answer)}
        />
      </div>
    </div>
  )
}
