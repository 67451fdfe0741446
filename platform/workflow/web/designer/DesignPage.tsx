import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Alert, Button } from 'antd'
import { lazy, Suspense, useEffectEvent, useRef, useState } from 'react'
import { apiQuery } from '#kernel/web'
import { Await, ErrorBoundary, format, Icon, Skeleton300, Tag, useCan, usePhone, useTitle, useUrlState } from '#ui'
import type { Content, Draft } from '../../contract/designing.ts'
import { designs } from '../client.ts'
import type { Kit } from './context.ts'
import { PublishDialog } from './PublishDialog.tsx'
import { ReadOnly } from './ReadOnly.tsx'
import { SimpleDesigner } from './SimpleDesigner.tsx'
import { TryOut } from './TryOut.tsx'
import { type Saving, useSaving } from './use-saving.ts'
import './design.css'

// the drawing tool of others is large: it comes when somebody asks for it
const ExpertDesigner = lazy(() => import('./expert/ExpertDesigner.tsx').then((m) => ({ default: m.ExpertDesigner })))

const DEFAULTS = { view: '' }

/** 流程设计: one draft, in the simple designer, in the expert's, or being tried out. */
export function DesignPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  // what is on the screen is newer than what the server had: it is asked for again only on purpose
  const draft = useQuery({ ...apiQuery(designs.draft, { id }), staleTime: Number.POSITIVE_INFINITY, gcTime: 0 })
  const kit = useQuery(apiQuery(designs.designKit))
  return (
    <Await query={kit}>
      {(known) => (
        <Await query={draft}>
          {(found) => (
            <Designing
              key={`${found.id}.${draft.dataUpdatedAt}`}
              draft={found}
              kit={known}
              reload={() => draft.refetch()}
            />
          )}
        </Await>
      )}
    </Await>
  )
}

interface DesigningProps {
  draft: Draft
  kit: Kit
  reload: () => Promise<unknown>
}

function Designing({ draft, kit, reload }: DesigningProps) {
  const phone = usePhone()
  const [{ view: asked }, change] = useUrlState(DEFAULTS)
  // the expert's tool needs a wide screen and a pointer
  const view = phone && asked === 'expert' ? '' : asked
  const { saving, save, flush, revision } = useSaving(draft)
  const [name, setName] = useState(draft.name)
  const [publishing, setPublishing] = useState(false)
  const drain = useRef<(() => Promise<void>) | undefined>(undefined)
  const queries = useQueryClient()
  useTitle(`${name}（流程设计）`)
  const { problems, warnings } = saving.checked
  // between the designers and into a try only with what the server has: it draws one from the other
  const go = async (next: string) => {
    await drain.current?.()
    if (!(await flush())) return
    await queries.invalidateQueries({ queryKey: designs.draftDiagram.key, refetchType: 'none' })
    await reload()
    change({ view: next })
  }
  const publish = async () => {
    await drain.current?.()
    if (await flush()) setPublishing(true)
  }
  const changed = useEffectEvent((content: Content) => {
    if (content.kind === 'blocks') setName(content.process.name)
    save(content)
  })
  const head = (tools?: { undo?: () => void; redo?: () => void }) => (
    <Head
      draft={{ ...draft, name }}
      saving={saving}
      view={view}
      tools={tools}
      go={(next) => void go(next)}
      publish={() => void publish()}
    />
  )
  return (
    <div className="wf-design">
      <Banners draft={draft} saving={saving} reload={() => void reload()} />
      {view === 'try' ? (
        <>
          {head()}
          <TryOut draft={draft} problems={problems} kit={kit} />
        </>
      ) : view === 'expert' ? (
        <>
          {head()}
          <ErrorBoundary resetKey={view}>
            <Suspense fallback={<Skeleton300 lines={8} />}>
              <ExpertDesigner
                draft={draft}
                kit={kit}
                problems={problems}
                warnings={warnings}
                onChange={changed}
                drain={drain}
              />
            </Suspense>
          </ErrorBoundary>
        </>
      ) : draft.blocks ? (
        <SimpleDesigner
          draft={draft}
          blocks={draft.blocks}
          kit={kit}
          problems={problems}
          warnings={warnings}
          onChange={(process) => changed({ kind: 'blocks', process })}
          tools={head}
        />
      ) : (
        <>
          {head()}
          <ReadOnly draft={draft} toExpert={() => void go('expert')} />
        </>
      )}
      {publishing && (
        <PublishDialog draft={{ ...draft, name }} revision={revision()} close={() => setPublishing(false)} />
      )}
    </div>
  )
}

interface HeadProps {
  draft: Draft
  saving: Saving
  view: string
  tools?: { undo?: () => void; redo?: () => void }
  go: (view: string) => void
  publish: () => void
}

function Head({ draft, saving, view, tools, go, publish }: HeadProps) {
  const can = useCan()
  const phone = usePhone()
  const wrong = saving.checked.problems.length
  const why =
    wrong > 0 ? `改完 ${wrong} 处错误后可发布` : can('workflow:publish') ? undefined : '发布要有“发布流程定义”的权限'
  return (
    <header className="head">
      <Link to="/cases/processes" className="qt-ib" aria-label="回到流程列表">
        <Icon name="back" />
      </Link>
      <h1 className="qt-ellipsis">{draft.name || '未命名的流程'}</h1>
      <Tag>第 {(draft.published?.version ?? 0) + 1} 版草稿</Tag>
      <SavedAt saving={saving} />
      <span className="qt-grow" />
      {tools && (
        <>
          <button type="button" className="qt-ib" aria-label="撤销" disabled={!tools.undo} onClick={tools.undo}>
            <Icon name="undo" />
          </button>
          <button type="button" className="qt-ib" aria-label="重做" disabled={!tools.redo} onClick={tools.redo}>
            <Icon name="redo" />
          </button>
        </>
      )}
      {view === 'try' ? (
        <Button onClick={() => go('')}>接着设计</Button>
      ) : (
        <>
          {!phone && (
            <Button type="text" onClick={() => go(view === 'expert' ? '' : 'expert')}>
              {view === 'expert' ? '简易设计器' : '专业设计器'}
            </Button>
          )}
          <Button icon={<Icon name="play" size={16} />} onClick={() => go('try')}>
            试办一件
          </Button>
        </>
      )}
      {why && (
        <span id="wf-why" className="qt-tiny qt-quiet why">
          {why}
        </span>
      )}
      <Button
        type={view === 'try' ? 'default' : 'primary'}
        disabled={why !== undefined}
        aria-describedby={why && 'wf-why'}
        onClick={publish}
      >
        发布
      </Button>
    </header>
  )
}

const words = {
  waiting: '正在改',
  saving: '正在保存',
  offline: '没有网络，恢复后自动保存',
  refused: '没有保存',
} as const
const SavedAt = ({ saving: { state, checked } }: { saving: Saving }) => (
  <span className="qt-tiny qt-quiet saved" role="status">
    {state === 'saved' ? `${format.time(checked.editedAt)} 自动保存` : words[state]}
  </span>
)

function Banners({ draft, saving, reload }: { draft: Draft; saving: Saving; reload: () => void }) {
  if (saving.conflict)
    return (
      <Alert
        banner
        type="error"
        title={`${saving.conflict}您在这之后的改动没有保存。`}
        action={<Button onClick={reload}>载入最新的</Button>}
      />
    )
  if (saving.refusal) return <Alert banner type="error" title={saving.refusal} />
  // whoever saves after them has seen it
  return draft.busy && saving.checked.revision === draft.revision ? (
    <Alert
      banner
      type="warning"
      title={`${draft.editedBy}在 ${format.time(draft.editedAt)} 刚改过这份草稿，可能还在改。请先与其商量，免得互相冲掉。`}
    />
  ) : null
}
