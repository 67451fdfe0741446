import { Input, Modal } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { Light, toast, useBackCloses } from '#ui'
import type { Task } from '../contract.ts'
import type { Common } from './batch.ts'
import { tasks } from './client.ts'
import { withPhrase } from './opinion/draft.ts'
import { Phrases } from './opinion/Phrases.tsx'

interface Props {
  choice: Common
  rows: readonly Task[]
  close: () => void
  done: () => void
}

/** Asked once for all of them, with their titles; then each row says what became of it. */
export function BatchDialog({ choice, rows, close, done }: Props) {
  // the list behind may lose them while they are done
  const [asked] = useState(rows)
  const [note, setNote] = useState('')
  const [wanted, setWanted] = useState(false)
  const give = useCommand(tasks.completeMany, {
    onSuccess: ({ results }) => {
      done()
      if (results.some((one) => !one.done)) return
      toast.done(`${choice.name}：${results.length} 件`)
      close()
    },
  })
  useBackCloses(true, close)
  const results = give.data?.results
  const failed = results?.filter((one) => !one.done).length ?? 0
  const submit = () => {
    if (results) return close()
    if (choice.opinion === 'required' && note.trim() === '') return setWanted(true)
    const items = asked.map(({ id }) => ({ id, outcome: choice.keys.get(id)! }))
    give.mutate({ items, note: note.trim() || undefined })
  }
  return (
    <Modal
      open
      title={
        results ? `${results.length - failed} 件已办，${failed} 件没有办成` : `${choice.name} ${asked.length} 件待办？`
      }
      okText={results ? '知道了' : `${choice.name} ${asked.length} 件`}
      okButtonProps={{ loading: give.isPending }}
      cancelText="再想想"
      cancelButtonProps={{ hidden: results !== undefined }}
      closable={!give.isPending}
      onOk={submit}
      onCancel={close}
    >
      {choice.opinion !== 'none' && !results && (
        <>
          <Input.TextArea
            aria-label="意见"
            placeholder={choice.opinion === 'required' ? '意见，每一件都写上' : '意见，可以不填，每一件都写上'}
            autoSize={{ minRows: 1, maxRows: 5 }}
            maxLength={2000}
            status={wanted ? 'error' : undefined}
            value={note}
            onChange={(event) => {
              setNote(event.target.value)
              setWanted(false)
            }}
          />
          <Phrases onChoose={(phrase) => setNote((old) => withPhrase(old, phrase))} />
          {wanted && (
            <p role="alert" className="qt-fault">
              选择“{choice.name}”时请填写意见。
            </p>
          )}
        </>
      )}
      <ul className="tk-batch">
        {asked.map((task) => {
          const result = results?.find(({ id }) => id === task.id)
          return (
            <li key={task.id}>
              <span className="qt-ellipsis">{task.title}</span>
              {result && <Light state={result.done ? 'ok' : 'over'}>{result.done ? '已办' : '没有办成'}</Light>}
              {result?.fault && <span className="fault">{result.fault.detail}</span>}
            </li>
          )
        })}
      </ul>
    </Modal>
  )
}
