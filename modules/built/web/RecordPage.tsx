import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { Suspense, useState } from 'react'
import { ApiError, apiQuery, useCommand } from '#kernel/web'
import { FormRead, FormView } from '#platform/forms/web'
import { Await, ConfirmButton, EmptyState, format, Page, Skeleton300, toast } from '#ui'
import type { FullRecord } from '../contract.ts'
import { builtClient } from './client.ts'
import { StateTag } from './columns.tsx'
import './built.css'

/** One record: read, changed, and how it came to be what it is. */
export function RecordPage() {
  const {
    app = '',
    entity = '',
    id = '',
  } = useParams({ strict: false }) as { app?: string; entity?: string; id?: string }
  const query = useQuery(apiQuery(builtClient.read, { app, entity, id }))
  return <Await query={query}>{(record) => <Open key={record.id} app={app} entity={entity} record={record} />}</Await>
}

interface OpenProps {
  app: string
  entity: string
  record: FullRecord
}
function Open({ app, entity, record }: OpenProps) {
  const [editing, setEditing] = useState(false)
  const navigate = useNavigate()
  const remove = useCommand(builtClient.remove)
  const back = () => navigate({ to: '/built/$app/$entity', params: { app, entity } })
  return (
    <Page
      watermark
      title={record.label}
      sentence={
        <span className="qt-row">
          {record.instanceId && <StateTag state={record.state} />}
          {record.authorName}（{record.unitName}）填写于 {format.moment(record.createdAt)}
        </span>
      }
      above={
        <Link to="/built/$app/$entity" params={{ app, entity }}>
          {record.definition.name}
        </Link>
      }
      actions={
        !editing && (
          <>
            {record.instanceId && (
              <Link to="/cases/$id" params={{ id: record.instanceId }}>
                <Button>看办理经过</Button>
              </Link>
            )}
            {record.can.remove && (
              <ConfirmButton
                verb="删除"
                name={record.label}
                consequence="从列表和统计里去掉，管理员可以在库里找回。"
                onConfirm={() =>
                  remove.mutateAsync({ app, entity, id: record.id, revision: record.revision }).then(back)
                }
              />
            )}
            {record.can.write && (
              <Button type="primary" onClick={() => setEditing(true)}>
                修改
              </Button>
            )}
          </>
        )
      }
    >
      <Suspense fallback={<Skeleton300 lines={8} />}>
        {editing ? (
          <Editing app={app} entity={entity} record={record} close={() => setEditing(false)} />
        ) : (
          <FormRead view={record} recordId={record.id} />
        )}
      </Suspense>
      {!editing && <History app={app} entity={entity} record={record} />}
    </Page>
  )
}

interface Clash {
  key: string
  title: string
  was: string
  theirs: string
  mine: string
  clash: boolean
}
/** What somebody else changed while this page was open, beside what one wanted oneself. */
function Clashes({ error, keep, reread }: { error: ApiError; keep: () => void; reread: () => void }) {
  const fields = (error.extra as { fields?: Clash[] } | undefined)?.fields ?? []
  return (
    <section className="bt-clash" role="alert" aria-label="别人改过的内容">
      <p>
        <b>{error.detail}</b>
      </p>
      {fields.length > 0 && (
        <table className="qt-plaintable">
          <thead>
            <tr>
              <th>字段</th>
              <th>原来</th>
              <th>别人改成</th>
              <th>您填的</th>
            </tr>
          </thead>
          <tbody>
            {fields.map(({ key, title, was, theirs, mine, clash }) => (
              <tr key={key}>
                <th scope="row">{title}</th>
                <td>{was || '空'}</td>
                <td>{theirs || '空'}</td>
                <td>{clash ? mine || '空' : '没有改'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="qt-row">
        <Button onClick={reread}>用别人改的，重新打开</Button>
        <Button onClick={keep}>用我填的，再次保存</Button>
      </p>
    </section>
  )
}

function Editing({ app, entity, record, close }: OpenProps & { close: () => void }) {
  const queries = useQueryClient()
  const [revision, setRevision] = useState(record.revision)
  const [clash, setClash] = useState<ApiError>()
  const again = () => queries.invalidateQueries({ queryKey: ['built'] })
  return (
    <>
      {clash && (
        <Clashes
          error={clash}
          keep={() => {
            setRevision(Number((clash.extra as { revision?: number } | undefined)?.revision ?? revision))
            setClash(undefined)
          }}
          reread={() => void again().then(close)}
        />
      )}
      <FormView
        view={record}
        recordId={record.id}
        draft={{
          purpose: 'built.edit',
          reference: record.id,
          title: record.label,
          path: `/built/${app}/${entity}/${record.id}`,
        }}
        submitLabel="保存"
        secondary={<Button onClick={close}>不改了</Button>}
        onSubmit={async (data) => {
          try {
            await builtClient.save({ app, entity, id: record.id, revision, data })
          } catch (error) {
            if (error instanceof ApiError && error.code === 'stale') setClash(error)
            throw error
          }
        }}
        onDone={() => void again().then(close)}
      />
    </>
  )
}

function History({ app, entity, record }: OpenProps) {
  const query = useQuery(apiQuery(builtClient.history, { app, entity, id: record.id }))
  const restore = useCommand(builtClient.restore, { onSuccess: () => toast.done('已恢复') })
  return (
    <section className="bt-history" aria-label="修改经过">
      <h2 className="qt-section">修改经过</h2>
      <Await query={query}>
        {({ rows }) =>
          rows.length === 0 ? (
            <EmptyState icon="clock" title="没有修改过" />
          ) : (
            <ol>
              {rows.map(({ revision, at, name, changes }) => (
                <li key={revision}>
                  <p className="qt-row qt-small">
                    <b>{name}</b>
                    <span className="qt-second">
                      {format.moment(at)}，{revision === 1 ? '填写' : `第 ${revision} 次保存`}
                    </span>
                    {record.can.write && revision < record.revision && (
                      <Button
                        size="small"
                        loading={restore.isPending}
                        onClick={() =>
                          restore.mutate({ app, entity, id: record.id, revision: record.revision, to: revision })
                        }
                      >
                        恢复成这样
                      </Button>
                    )}
                  </p>
                  {changes.length > 0 && (
                    <p className="qt-small qt-second">
                      {changes.map(({ title, before }) => `${title}（原为${before || '空'}）`).join('、')}
                    </p>
                  )}
                </li>
              ))}
            </ol>
          )
        }
      </Await>
    </section>
  )
}
