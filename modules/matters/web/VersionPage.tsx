import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, ConfirmButton, format, Page, ReasonButton, toast } from '#ui'
import { type Draft, layers, matterKinds } from '../contract.ts'
import { matters } from './client.ts'
import { Gaps } from './Gaps.tsx'
import { Guide } from './Guide.tsx'
import { Score, VersionTag } from './marks.tsx'
import './matters.css'

/** One version: what it changes against the one before, the whole of it, and the decision. */
export function VersionPage() {
  const { id, versionId } = useParams({ strict: false }) as { id: string; versionId: string }
  const draft = useQuery(apiQuery(matters.version, { id, versionId }))
  return <Await query={draft}>{(data) => <Shown draft={data} />}</Await>
}

function Shown({ draft }: { draft: Draft }) {
  const { version } = draft
  return (
    <Page
      wide
      title={draft.name}
      sentence={
        <span className="qt-row mt-head">
          <VersionTag state={version.state} />第 {version.no} 版{version.purpose === 'repeal' && '（废止）'}，
          {layers[draft.layer]}，{matterKinds[draft.kind]}，{draft.unit.name}，编制 {version.authorName}
          {version.reviewerName && `，审核 ${version.reviewerName}`}
          {version.publishOn && `，定于 ${format.day(version.publishOn)} 发布`}
        </span>
      }
      above={
        <Link to="/matters/$id" params={{ id: draft.matterId }}>
          办事指南
        </Link>
      }
      actions={<Decide draft={draft} />}
    >
      <div className="mt-record">
        <div>
          {version.reason && (
            <p className="mt-reason">
              {version.purpose === 'repeal' ? '废止的原因' : '退回修改'}：{version.reason}
            </p>
          )}
          <Differences draft={draft} />
          <Guide elements={draft.elements} local={draft.local} held={draft.held} />
        </div>
        <aside className="mt-side">
          <h2>
            <Score value={draft.completeness} />
          </h2>
          <Gaps gaps={draft.gaps} />
        </aside>
      </div>
    </Page>
  )
}

function Decide({ draft }: { draft: Draft }) {
  const navigate = useNavigate()
  const { can } = draft
  const seen = { id: draft.id, revision: draft.revision }
  const approve = useCommand(matters.approve, {
    onSuccess: ({ version }) =>
      toast.done(version.state === 'approved' ? `已通过，${version.publishOn} 发布。` : '已通过，已发布。'),
  })
  const sendBack = useCommand(matters.sendBack)
  const submit = useCommand(matters.submit)
  const discard = useCommand(matters.discard, { onSuccess: () => void navigate({ to: '/matters/work' }) })
  return (
    <div className="qt-row">
      {can.approve && (
        <Button type="primary" loading={approve.isPending} onClick={() => approve.mutate(seen)}>
          审核通过
        </Button>
      )}
      {can.sendBack && (
        <ReasonButton
          verb="退回"
          name={draft.name}
          label="要修改什么"
          onConfirm={(reason) => sendBack.mutateAsync({ ...seen, reason })}
        />
      )}
      {can.edit && (
        <Link to="/matters/$id/versions/$versionId/edit" params={{ id: draft.matterId, versionId: draft.id }}>
          <Button>继续编制</Button>
        </Link>
      )}
      {can.submit && draft.version.purpose === 'repeal' && (
        <Button type="primary" loading={submit.isPending} onClick={() => submit.mutate({ ...seen, publishOn: null })}>
          送审
        </Button>
      )}
      {can.discard && (
        <ConfirmButton
          verb="删除"
          name={draft.name}
          consequence="这一版会删除，不能恢复；在用的版本不受影响。"
          onConfirm={() => discard.mutateAsync(seen)}
        />
      )}
    </div>
  )
}

function Differences({ draft }: { draft: Draft }) {
  const diff = useQuery(apiQuery(matters.diff, { id: draft.matterId, versionId: draft.id }))
  return (
    <section aria-label="修改之处" className="mt-changes">
      <h2>修改之处</h2>
      <Await query={diff} lines={3}>
        {({ from, rows }) =>
          from === null ? (
            <p className="qt-quiet">这是第一版，没有可以比较的版本。</p>
          ) : rows.length === 0 ? (
            <p className="qt-quiet">与第 {from.no} 版相同。</p>
          ) : (
            <dl className="mt-diff">
              {rows.map((row) => (
                <div key={row.element}>
                  <dt>{row.title}</dt>
                  <dd>
                    {row.before.map((line) => (
                      <del key={line}>{line}</del>
                    ))}
                    {row.after.map((line) => (
                      <ins key={line}>{line}</ins>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          )
        }
      </Await>
    </section>
  )
}
