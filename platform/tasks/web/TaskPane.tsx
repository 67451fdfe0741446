import { useQuery } from '@tanstack/react-query'
import { useEffect, useEffectEvent } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, format, useTitle } from '#ui'
import type { Task } from '../contract.ts'
import { tasks } from './client.ts'
import { Marks } from './ItemRow.tsx'
import { Outcomes } from './Outcomes.tsx'
import { Fact, Pane, type PaneProps } from './Pane.tsx'
import { WorkLink } from './WorkLink.tsx'

/** The right pane: the task, and at its foot what can be done with it. */
export function TaskPane({ id, onClose, onNext, onDone, onMatter }: PaneProps) {
  const task = useQuery(apiQuery(tasks.task, { id }))
  useTitle(task.data?.title ?? '待办')
  const mark = useCommand(tasks.markOpened, { invalidates: [tasks.task, tasks.tasks], quiet: true })
  const opened = useEffectEvent(() => mark.mutate({ id }))
  const isNew = task.data?.state === 'open' && task.data.openedAt === null
  useEffect(() => {
    if (isNew) opened()
  }, [isNew])
  return (
    <Pane label="待办内容" onClose={onClose} onNext={onNext}>
      <Await query={task}>
        {(data) => (
          <>
            <TaskView task={data} onMatter={onMatter} />
            <div className="tk-bar">
              {data.outcomes.length > 0 ? (
                <Outcomes task={data} onDone={onDone} />
              ) : (
                <div className="acts">
                  <WorkLink
                    item={data}
                    verb={data.state === 'open' ? '办理' : '查看'}
                    primary={data.state === 'open'}
                  />
                </div>
              )}
            </div>
          </>
        )}
      </Await>
    </Pane>
  )
}

function TaskView({ task, onMatter }: { task: Task; onMatter: (matter: string) => void }) {
  return (
    <div className="qt-inbox-view tk-view">
      <h2>{task.title}</h2>
      <Marks task={task} />
      {task.summary && <p className="summary">{task.summary}</p>}
      <dl className="tk-facts">
        <Fact label="事项">
          <button type="button" className="qt-plain link" onClick={() => onMatter(task.matter)}>
            {task.matter}
          </button>
        </Fact>
        <Fact label="交办人">{task.fromName}</Fact>
        <Fact label="来自">{task.sourceName}</Fact>
        <Fact label="到达">{format.moment(task.createdAt)}</Fact>
        <Fact label="时限">{task.dueAt && format.moment(task.dueAt)}</Fact>
        <Fact label="办结">{task.closedAt && format.moment(task.closedAt)}</Fact>
        <Fact label="结果">{task.outcome}</Fact>
        <Fact label="说明">{task.note}</Fact>
      </dl>
    </div>
  )
}
