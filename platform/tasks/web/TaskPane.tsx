import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useEffectEvent } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, ErrorBoundary, format, Skeleton300, useShell, useTitle, type WebModule } from '#ui'
import type { Choice, Opinion, Task } from '../contract.ts'
import { tasks } from './client.ts'
import { FollowButton } from './FollowButton.tsx'
import { Marks } from './ItemRow.tsx'
import { Outcomes } from './Outcomes.tsx'
import { OpinionView } from './opinion/OpinionView.tsx'
import { Fact, Pane, type PaneProps } from './Pane.tsx'
import { WorkLink } from './WorkLink.tsx'

type Opened = Task & { choices: Choice[]; followId: string | null; opinion: Opinion | null }
type Body = NonNullable<WebModule['inboxBodies']>[number]

const loaded = new Map<Body, ReturnType<typeof lazyBody>>()
const lazyBody = (body: Body) => lazy(() => body.lazy().then((one) => ({ default: one })))
const componentOf = (body: Body) => {
  const known = loaded.get(body) ?? lazyBody(body)
  loaded.set(body, known)
  return known
}

/** The right pane: the task, and at its foot what can be done with it. */
export function TaskPane({ id, onClose, onNext, onDone, onMatter }: PaneProps) {
  const { modules } = useShell()
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
        {(data) => {
          const body = modules
            .flatMap((module) => module.inboxBodies ?? [])
            .find(({ source }) => source === data.source)
          return (
            <>
              <TaskView task={data} onMatter={onMatter} brief={body !== undefined} />
              {body ? <ForeignBody body={body} task={data} onDone={onDone} /> : <Foot task={data} onDone={onDone} />}
            </>
          )
        }}
      </Await>
    </Pane>
  )
}

/** What the service behind the task shows of it; when that fails the task itself still stands above. */
function ForeignBody({ body, task, onDone }: { body: Body; task: Opened; onDone: () => void }) {
  const Shown = componentOf(body)
  return (
    <div className="tk-body">
      <ErrorBoundary resetKey={task.id}>
        <Suspense fallback={<Skeleton300 lines={6} />}>
          <Shown taskId={task.id} reference={task.reference} onDone={onDone} />
        </Suspense>
      </ErrorBoundary>
    </div>
  )
}

function Foot({ task, onDone }: { task: Opened; onDone: () => void }) {
  return (
    <div className="tk-bar">
      {task.choices.length > 0 ? (
        <Outcomes task={task} onDone={onDone} />
      ) : (
        <div className="acts">
          <WorkLink item={task} verb={task.state === 'open' ? '办理' : '查看'} primary={task.state === 'open'} />
        </div>
      )}
    </div>
  )
}

function TaskView({ task, onMatter, brief }: { task: Opened; onMatter: (matter: string) => void; brief: boolean }) {
  return (
    <div className={brief ? 'qt-inbox-view tk-view brief' : 'qt-inbox-view tk-view'}>
      <div className="tk-title">
        <h2>{task.title}</h2>
        <FollowButton followId={task.followId} what={{ taskId: task.id }} />
      </div>
      <Marks task={task} />
      {!brief && task.summary && <p className="summary">{task.summary}</p>}
      <dl className="tk-facts">
        <Fact label="事项">
          <button type="button" className="qt-plain link" onClick={() => onMatter(task.matter)}>
            {task.matter}
          </button>
        </Fact>
        {!brief && (
          <>
            <Fact label="交办人">{task.fromName}</Fact>
            <Fact label="委托人">{task.ownerName}</Fact>
            <Fact label="来自">{task.sourceName}</Fact>
            <Fact label="到达">{format.moment(task.createdAt)}</Fact>
            <Fact label="时限">{task.dueAt && format.moment(task.dueAt)}</Fact>
            <Fact label="办结">{task.closedAt && format.moment(task.closedAt)}</Fact>
            <Fact label="结果">{task.outcome}</Fact>
            <Fact label="说明">{task.note}</Fact>
          </>
        )}
      </dl>
      {task.opinion && <OpinionView opinion={task.opinion} />}
    </div>
  )
}
