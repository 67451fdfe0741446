import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Alert, Button, Input, Select } from 'antd'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { ApiError, apiQuery, useCommand } from '#kernel/web'
import { Await, ConfirmButton, format, Page, useLeaveGuard } from '#ui'
import { type Draft, type Elements, judge, type LocalElements, layers, matterKinds } from '../contract.ts'
import { BasicEditor } from './BasicEditor.tsx'
import { matters } from './client.ts'
import { Gaps } from './Gaps.tsx'
import { Labelled, Text } from './Inputs.tsx'
import { LocalEditor } from './LocalEditor.tsx'
import { Score } from './marks.tsx'
import { Section } from './Section.tsx'
import './matters.css'

/** 编制: the elements on the left, how complete they are on the right. */
export function EditorPage() {
  const { id, versionId } = useParams({ strict: false }) as { id: string; versionId: string }
  const draft = useQuery(apiQuery(matters.version, { id, versionId }))
  return <Await query={draft}>{(data) => <Editor key={`${data.id}.${data.version.state}`} draft={data} />}</Await>
}

/** after the last key: a draft saves itself */
const PAUSE_MS = 3000

interface Content {
  name: string
  functionId: string | null
  elements: Elements
  local: LocalElements | null
}

function useDraft(draft: Draft) {
  const begun: Content = {
    name: draft.name,
    functionId: draft.functionId,
    elements: draft.elements,
    local: draft.local,
  }
  const [content, setContent] = useState(begun)
  const [dirty, setDirty] = useState(false)
  const [kept, setKept] = useState({ revision: draft.revision, at: '' })
  const edits = useRef(0)
  const save = useCommand(matters.save, { quiet: true })
  const change = (next: Partial<Content>) => {
    setContent((old) => ({ ...old, ...next }))
    setDirty(true)
    edits.current++
    save.reset()
  }
  const clean = (lines: readonly string[]) => lines.map((line) => line.trim()).filter(Boolean)
  /** What is typed while it is saved is saved next. */
  const store = async () => {
    const { functionId, name, elements, local } = content
    const until = edits.current
    const saved = await save.mutateAsync({
      id: draft.id,
      revision: kept.revision,
      functionId: functionId ?? undefined,
      ...(local
        ? { local: { ...local, conditions: clean(local.conditions) } }
        : { name, elements: { ...elements, conditions: clean(elements.conditions) } }),
    })
    setKept({ revision: saved.revision, at: saved.version.updatedAt })
    if (edits.current === until) setDirty(false)
    return saved
  }
  const storeNow = useEffectEvent(() => void store().catch(() => undefined))
  const { isPending, isError } = save
  // biome-ignore lint/correctness/useExhaustiveDependencies: every change begins the pause anew
  useEffect(() => {
    if (!dirty || isPending || isError) return
    const timer = setTimeout(storeNow, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [content, dirty, isPending, isError])
  return { content, change, dirty, save, store, kept }
}

function Editor({ draft }: { draft: Draft }) {
  const navigate = useNavigate()
  const { content, change, dirty, save, store, kept } = useDraft(draft)
  useLeaveGuard(dirty)
  const { completeness, gaps } = judge({ ...draft, ...content })
  const shown = { id: draft.matterId, versionId: draft.id }
  const show = () => void navigate({ to: '/matters/$id/versions/$versionId', params: shown })
  const [publishOn, setPublishOn] = useState<string | null>(draft.version.publishOn)
  const submit = useCommand(matters.submit, { onSuccess: show })
  const discard = useCommand(matters.discard, { onSuccess: () => void navigate({ to: '/matters/work' }) })
  const send = async () => {
    const { revision } = dirty ? await store() : kept
    await submit.mutateAsync({ id: draft.id, revision, publishOn })
  }
  if (!draft.can.edit) return <Closed draft={draft} />
  return (
    <Page
      wide
      title={`编制：${content.name}`}
      sentence={`${layers[draft.layer]}，${matterKinds[draft.kind]}，${draft.unit.name}，第 ${draft.version.no} 版`}
      above={<Link to="/matters/work">编制中</Link>}
    >
      <div className="mt-record">
        <div className="mt-editor">
          {draft.version.state === 'returned' && (
            <Alert type="warning" showIcon title={`退回修改：${draft.version.reason}`} />
          )}
          {save.error && <Faults error={save.error} />}
          <Head draft={draft} content={content} change={change} />
          {content.local ? (
            <LocalEditor
              elements={content.elements}
              value={content.local}
              item={draft.layer === 'item'}
              change={(next) => content.local && change({ local: { ...content.local, ...next } })}
            />
          ) : (
            <BasicEditor
              value={content.elements}
              change={(next) => change({ elements: { ...content.elements, ...next } })}
            />
          )}
        </div>
        <aside className="mt-side sticky" aria-label="完整程度">
          <h2>
            <Score value={completeness} />
          </h2>
          <Gaps gaps={gaps} />
          <Labelled label="发布日期（不填为审核通过即发布）">
            {(id) => (
              <Input
                id={id}
                type="date"
                value={publishOn ?? ''}
                onChange={(event) => setPublishOn(event.target.value || null)}
              />
            )}
          </Labelled>
          <div className="qt-row mt-buttons">
            <Button
              type="primary"
              loading={submit.isPending}
              disabled={gaps.some(({ blocks }) => blocks)}
              onClick={() => void send().catch(() => undefined)}
            >
              送审
            </Button>
            <Button loading={save.isPending} disabled={!dirty} onClick={() => void store().catch(() => undefined)}>
              保存
            </Button>
            <ConfirmButton
              verb="删除"
              name={draft.name}
              consequence="这一版草稿会删除，不能恢复；在用的版本不受影响。"
              onConfirm={() => discard.mutateAsync({ id: draft.id, revision: kept.revision })}
            />
          </div>
          <p className="qt-small qt-quiet" role="status">
            {dirty ? '停下三秒自动保存。' : kept.at && `已保存，${format.moment(kept.at)}。`}
          </p>
        </aside>
      </div>
    </Page>
  )
}

const Closed = ({ draft }: { draft: Draft }) => (
  <Page title={draft.name} sentence="这一版已经送审或发布，现在不能修改。">
    <Link to="/matters/$id/versions/$versionId" params={{ id: draft.matterId, versionId: draft.id }}>
      看这一版
    </Link>
  </Page>
)

function Faults({ error }: { error: Error }) {
  const faults = error instanceof ApiError ? error.errors : []
  return (
    <Alert
      type="error"
      showIcon
      title={error.message}
      description={
        faults && faults.length > 0 ? (
          <ul className="mt-lines">
            {faults.map(({ path, message }) => (
              <li key={`${path}${message}`}>{message}</li>
            ))}
          </ul>
        ) : undefined
      }
    />
  )
}

interface HeadProps {
  draft: Draft
  content: Content
  change: (next: Partial<Content>) => void
}
function Head({ draft, content, change }: HeadProps) {
  return (
    <Section title="名称和职责">
      {!content.local && (
        <Text label="事项名称" most={120} value={content.name} onChange={(name) => change({ name })} />
      )}
      <div className="mt-input">
        <span>所依的三定职责</span>
        <Select
          aria-label="所依的三定职责"
          value={content.functionId ?? undefined}
          placeholder="请选择"
          options={draft.functions.map(({ id, content: label }) => ({ value: id, label }))}
          onChange={(functionId: string) => change({ functionId })}
        />
      </div>
    </Section>
  )
}
