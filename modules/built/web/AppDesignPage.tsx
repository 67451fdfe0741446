import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Button, type ButtonProps, Tooltip } from 'antd'
import { useState } from 'react'
import { ApiError, apiQuery, useCommand } from '#kernel/web'
import { Await, format, Icon, Light, Page, ReasonButton, Tag, toast } from '#ui'
import { type AppFull, versionStates } from '../contract.ts'
import { builtClient } from './client.ts'
import { DefinitionText, type Fault, Faults, parsed } from './DefinitionText.tsx'
import './built.css'

/** One application as its builders see it: the draft, what it changes, its way to approval, its versions. */
export function AppDesignPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const query = useQuery({
    ...apiQuery(builtClient.definition, { id }),
    refetchInterval: ({ state }) => (state.data?.pending === 'promoting' ? 1000 : false),
  })
  return (
    <Await query={query}>
      {(app) => (
        <Design key={`${app.id}/${app.versions[0]?.version}/${app.versions[0]?.revision}/${app.pending}`} app={app} />
      )}
    </Await>
  )
}

function Design({ app }: { app: AppFull }) {
  const { id, name, version, pending, versions, promotion, can } = app
  const current = versions[0]
  return (
    <Page
      title={name}
      sentence={
        <span className="qt-row">
          {version !== null && <Tag tone="ok">第 {version} 版在用</Tag>}
          {pending && <Tag tone="primary">{versionStates[pending]}</Tag>}
          {app.unitName}维护
        </span>
      }
      above={<Link to="/built/design">搭建应用</Link>}
      actions={
        version !== null && (
          <Link to="/built/$app" params={{ app: app.key }}>
            <Button>打开应用</Button>
          </Link>
        )
      }
    >
      {current?.note && (
        <p className="qt-draftnote">{pending === 'draft' ? `没有通过：${current.note}` : current.note}</p>
      )}
      {promotion && <Progress promotion={promotion} />}
      {(pending === 'review' || pending === 'draft') && app.faults.length === 0 && <Changes id={id} />}
      {pending === 'review' && <Decide app={app} />}
      {can.edit && <Edit app={app} />}
      <Versions app={app} />
    </Page>
  )
}

function Progress({ promotion }: { promotion: NonNullable<AppFull['promotion']> }) {
  return (
    <section aria-label="发布进度" role="status">
      <h2 className="qt-section">正在发布</h2>
      <ol className="bt-steps">
        {promotion.steps.map(({ words, done }) => (
          <li key={words}>
            {words} {done && <Light state="ok">已完成</Light>}
          </li>
        ))}
      </ol>
      {promotion.copied > 0 && <p className="qt-small qt-second">已转换 {format.number(promotion.copied)} 行</p>}
    </section>
  )
}

function Changes({ id }: { id: string }) {
  const query = useQuery(apiQuery(builtClient.changes, { id }))
  return (
    <section aria-label="这一版的改动">
      <h2 className="qt-section">这一版的改动</h2>
      <Await query={query}>
        {({ changes, steps }) => (
          <>
            {changes.length === 0 ? (
              <p className="qt-second">与在用的版本相同。</p>
            ) : (
              <ul className="bt-steps">
                {changes.map(({ path, words }) => (
                  <li key={`${path}${words}`}>{words}</li>
                ))}
              </ul>
            )}
            <h3 className="qt-small qt-second">发布时依次要做</h3>
            <ol className="bt-steps qt-small">
              {steps.map((words, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the plan does not move while it is shown
                <li key={at}>{words}</li>
              ))}
            </ol>
          </>
        )}
      </Await>
    </section>
  )
}

/** A button that says why it cannot be pressed. */
function Step({ reason, children, ...more }: ButtonProps & { reason: string | undefined }) {
  return (
    <Tooltip title={reason}>
      <Button {...more} disabled={reason !== undefined}>
        {children}
      </Button>
    </Tooltip>
  )
}

function Decide({ app }: { app: AppFull }) {
  const publish = useCommand(builtClient.publish)
  const sendBack = useCommand(builtClient.sendBack)
  const { id, name, versions, can } = app
  const revision = versions[0]?.revision ?? 0
  const reason = can.decide ? undefined : '送审的人不能审核，请另一位管理员或领导审核。'
  return (
    <section aria-label="审核">
      <h2 className="qt-section">审核</h2>
      <p className="qt-second">{versions[0]?.submitterName} 送审。</p>
      <p className="qt-row">
        <Step
          type="primary"
          reason={reason}
          loading={publish.isPending}
          onClick={() => publish.mutate({ id, revision })}
        >
          通过并发布
        </Step>
        {can.decide && (
          <ReasonButton
            verb="退回"
            name={name}
            label="退回的原因"
            most={500}
            onConfirm={(note) => sendBack.mutateAsync({ id, revision, note })}
          />
        )}
      </p>
    </section>
  )
}

function Edit({ app }: { app: AppFull }) {
  const { id, pending, versions, definition } = app
  const draft = pending === 'draft' ? versions[0] : undefined
  const [text, setText] = useState(() => JSON.stringify(definition, null, 2))
  const [saved, setSaved] = useState(text)
  const [revision, setRevision] = useState(draft?.revision ?? 0)
  const [faults, setFaults] = useState<readonly Fault[] | undefined>(draft ? app.faults : undefined)
  const save = useCommand(builtClient.saveDraft, { quiet: true })
  const submit = useCommand(builtClient.submit, { quiet: true })
  const told = (error: unknown): void => {
    if (!(error instanceof ApiError)) throw error
    setFaults(error.errors.length > 0 ? error.errors : [{ path: '', message: error.detail }])
  }
  const keep = async (): Promise<void> => {
    const read = parsed(text)
    if ('fault' in read) return setFaults([read.fault])
    await save.mutateAsync({ id, revision, definition: read.value }).then((done) => {
      setRevision(done.revision)
      setSaved(text)
      setFaults(done.faults)
    }, told)
  }
  const reason =
    text !== saved
      ? '请先保存草稿。'
      : !draft
        ? '先改一处并保存，再送审。'
        : faults && faults.length > 0
          ? '请先改正错误。'
          : undefined
  return (
    <section className="qt-form" aria-label="定义">
      <h2 className="qt-section">{draft ? '草稿' : '在用的定义'}</h2>
      <Faults faults={faults} />
      <DefinitionText text={text} change={setText} />
      <div className="qt-formfoot">
        <Button
          type="primary"
          icon={<Icon name="check" size={16} />}
          loading={save.isPending}
          disabled={text === saved && draft !== undefined}
          onClick={() => void keep()}
        >
          保存草稿
        </Button>
        <Step
          reason={reason}
          loading={submit.isPending}
          onClick={() => void submit.mutateAsync({ id, revision }).then(() => toast.done('已送审'), told)}
        >
          送审
        </Step>
      </div>
    </section>
  )
}

const Versions = ({ app }: { app: AppFull }) => (
  <section aria-label="版本">
    <h2 className="qt-section">版本</h2>
    <ul className="bt-steps">
      {app.versions.map(({ version, state, editorName, editedAt }) => (
        <li key={version}>
          第 {version} 版，{versionStates[state]}，{editorName} {format.moment(editedAt)}
        </li>
      ))}
    </ul>
  </section>
)
