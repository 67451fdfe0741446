import { Button, Modal } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { toast, useBackCloses, useHotkey } from '#ui'
import type { Choice, Task } from '../contract.ts'
import { tasks } from './client.ts'
import { extrasOf, isWritten, noOpinion, type OpinionDraft } from './opinion/draft.ts'
import { OpinionBox } from './opinion/OpinionBox.tsx'
import { WorkLink } from './WorkLink.tsx'

/** Gives one of the outcomes the source offers; asked once, because the answer leaves for the source at once. */
export function Outcomes({ task, onDone }: { task: Task & { choices: Choice[] }; onDone: () => void }) {
  const [opinion, setOpinion] = useState<OpinionDraft>(noOpinion)
  const [asked, setAsked] = useState<Choice>()
  const [fault, setFault] = useState<string>()
  const drop = () => setAsked(undefined)
  useBackCloses(asked !== undefined, drop)
  const ask = (choice: Choice | undefined) => {
    if (!choice) return
    if (choice.opinion === 'required' && !isWritten(opinion)) return setFault(`选择“${choice.name}”时请填写意见。`)
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
  const text = opinion.text.trim()
  const give = () =>
    asked && complete.mutate({ id: task.id, outcome: asked.key, note: text || undefined, extras: extrasOf(opinion) })
  return (
    <>
      <OpinionBox
        label="说明"
        placeholder="说明，可以不填"
        value={opinion}
        fault={fault}
        textOnly={task.source === 'application'}
        onChange={(change) => {
          setOpinion(change)
          setFault(undefined)
        }}
      />
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
        {text !== '' && <p className="qt-second">说明：{text}</p>}
      </Modal>
    </>
  )
}
