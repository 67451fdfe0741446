import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { toast, useBackCloses, useHotkey } from '#ui'
import type { Task } from '../contract.ts'
import { tasks } from './client.ts'
import { WorkLink } from './WorkLink.tsx'

const NOTE_MOST = 1000

/** Gives one of the outcomes the source offers; asked once, because the answer leaves for the source at once. */
export function Outcomes({ task, onDone }: { task: Task; onDone: () => void }) {
  const [note, setNote] = useState('')
  const [asked, setAsked] = useState<string>()
  const drop = () => setAsked(undefined)
  useBackCloses(asked !== undefined, drop)
  useHotkey('a', () => setAsked(task.outcomes[0]))
  const complete = useCommand(tasks.complete, {
    onSuccess: ({ title, outcome }) => {
      drop()
      toast.done(`${outcome}：${title}`)
      onDone()
    },
  })
  const give = () => asked && complete.mutate({ id: task.id, outcome: asked, note: note.trim() || undefined })
  return (
    <>
      <Input.TextArea
        aria-label="说明"
        placeholder="说明，可以不填"
        autoSize={{ minRows: 1, maxRows: 5 }}
        maxLength={NOTE_MOST}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <div className="acts">
        {task.outcomes.map((outcome, at) => (
          <Button key={outcome} type={at === 0 ? 'primary' : 'default'} onClick={() => setAsked(outcome)}>
            {outcome}
          </Button>
        ))}
        <span className="qt-grow" />
        <WorkLink item={task} verb="查看" primary={false} />
      </div>
      <Modal
        open={asked !== undefined}
        title={`${asked}：${task.title}`}
        okText={asked}
        okButtonProps={{ loading: complete.isPending, autoFocus: true }}
        cancelText="再想想"
        closable={!complete.isPending}
        onOk={give}
        onCancel={drop}
        destroyOnHidden
      >
        <p>{task.sourceName ? `结果将送回${task.sourceName}` : '结果立即生效'}，给出后不能收回。</p>
        {note.trim() !== '' && <p className="qt-second">说明：{note.trim()}</p>}
      </Modal>
    </>
  )
}
