import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { toast, useBackCloses, useHotkey } from '#ui'
import type { Choice, Task } from '../contract.ts'
import { tasks } from './client.ts'
import { WorkLink } from './WorkLink.tsx'

const NOTE_MOST = 2000

/** Gives one of the outcomes the source offers; asked once, because the answer leaves for the source at once. */
export function Outcomes({ task, onDone }: { task: Task & { choices: Choice[] }; onDone: () => void }) {
  const [note, setNote] = useState('')
  const [asked, setAsked] = useState<Choice>()
  const [wanted, setWanted] = useState(false)
  const drop = () => setAsked(undefined)
  useBackCloses(asked !== undefined, drop)
  const ask = (choice: Choice | undefined) => {
    if (!choice) return
    if (choice.opinion === 'required' && note.trim() === '') return setWanted(true)
    setAsked(choice)
  }
  const { choices } = task
  useHotkey('a', () => ask(choices.find(({ kind }) => kind === 'agree') ?? choices[0]))
  useHotkey('r', () => ask(choices.find(({ kind }) => kind === 'return')))
  const complete = useCommand(tasks.complete, {
    onSuccess: ({ title }) => {
      toast.done(`${asked?.name}：${title}`)
      drop()
      onDone()
    },
  })
  const give = () => asked && complete.mutate({ id: task.id, outcome: asked.key, note: note.trim() || undefined })
  return (
    <>
      <Input.TextArea
        aria-label="说明"
        placeholder="说明，可以不填"
        autoSize={{ minRows: 1, maxRows: 5 }}
        maxLength={NOTE_MOST}
        value={note}
        status={wanted ? 'error' : undefined}
        onChange={(event) => {
          setNote(event.target.value)
          setWanted(false)
        }}
      />
      {wanted && (
        <p role="alert" className="qt-fault">
          这个结果要写明意见。
        </p>
      )}
      <div className="acts">
        {choices.map((choice, at) => (
          <Button
            key={choice.key}
            type={at === 0 ? 'primary' : 'default'}
            danger={choice.kind === 'return' && at > 0}
            onClick={() => ask(choice)}
          >
            {choice.name}
          </Button>
        ))}
        <span className="qt-grow" />
        <WorkLink item={task} verb="查看" primary={false} />
      </div>
      <Modal
        open={asked !== undefined}
        title={`${asked?.name}：${task.title}`}
        okText={asked?.name}
        okButtonProps={{ loading: complete.isPending, autoFocus: true }}
        cancelText="再想想"
        closable={!complete.isPending}
        onOk={give}
        onCancel={drop}
        destroyOnHidden
      >
        <p>{task.sourceName ? `结果将送回${task.sourceName}，给出后不能收回。` : '结果立即生效。'}</p>
        {note.trim() !== '' && <p className="qt-second">说明：{note.trim()}</p>}
      </Modal>
    </>
  )
}
