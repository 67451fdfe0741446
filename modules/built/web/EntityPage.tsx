import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Button, Segmented } from 'antd'
import { Suspense } from 'react'
import { apiQuery } from '#kernel/web'
import { FormRead } from '#platform/forms/web'
import {
  Await,
  type Column,
  DataTable,
  EmptyState,
  Icon,
  Page,
  SectionNav,
  SidePanel,
  Skeleton300,
  useUrlState,
} from '#ui'
import type { EntityShown, RecordRow } from '../contract.ts'
import { builtClient, listRecords, toWhere } from './client.ts'
import { columnsOf, filtersOf, StateTag } from './columns.tsx'
import './built.css'

/** One entity of an application: its views, its records, a new one. */
export function EntityPage() {
  const { app = '', entity } = useParams({ strict: false }) as { app?: string; entity?: string }
  const query = useQuery(apiQuery(builtClient.app, { app }))
  return (
    <Await query={query}>
      {({ name, sentence, unitName, entities }) => {
        const shown = entities.find(({ key }) => key === entity) ?? (entity ? undefined : entities[0])
        return (
          <Page
            flush
            watermark
            title={entities.length > 1 && shown ? `${name}：${shown.name}` : name}
            sentence={shown?.sentence || sentence || `${unitName}维护。`}
            above={<Link to="/built">自建应用</Link>}
            actions={shown?.can.create && <NewButton app={app} entity={shown} />}
          >
            <div className="bt-nav">
              <SectionNav
                label={name}
                pages={entities.map((one) => ({ to: `/built/${app}/${one.key}`, title: one.name }))}
              />
            </div>
            {shown ? (
              <Records app={app} entity={shown} key={shown.key} />
            ) : (
              <EmptyState icon="all" title="没有您可以看的内容" detail="需要时请联系维护这个应用的单位。" />
            )}
          </Page>
        )
      }}
    </Await>
  )
}

const NewButton = ({ app, entity }: { app: string; entity: EntityShown }) => (
  <Link to="/built/$app/$entity/new" params={{ app, entity: entity.key }}>
    <Button type="primary" icon={<Icon name="plus" size={16} />}>
      填写{entity.name}
    </Button>
  </Link>
)

const DEFAULTS = { view: '' }
function Records({ app, entity }: { app: string; entity: EntityShown }) {
  const [{ view: key }, change] = useUrlState(DEFAULTS)
  const navigate = useNavigate()
  const view = entity.views.find((one) => one.key === key) ?? entity.views[0]!
  const input = { app, entity: entity.key, ...(view.key && { view: view.key }) }
  const open = (id: string) => void navigate({ to: '/built/$app/$entity/$id', params: { app, entity: entity.key, id } })
  return (
    <>
      {entity.views.length > 1 && (
        <div className="bt-views">
          <Segmented
            aria-label="视图"
            value={view.key}
            options={entity.views.map((one) => ({ value: one.key, label: one.name }))}
            onChange={(next) => change({ view: next === entity.views[0]!.key ? '' : next })}
          />
        </div>
      )}
      <DataTable
        key={view.key}
        id={`built.${app}.${entity.key}.${view.key}`}
        call={listRecords}
        input={input}
        rowKey={({ id }) => id}
        rowName={({ label }) => label}
        columns={columnsOf(entity, view)}
        filters={filtersOf(entity, view)}
        searchLabel="按文字找"
        measure="条"
        card={(row) => <Card row={row} columns={columnsOf(entity, view)} />}
        panel={(row, close) => <RecordPanel app={app} entity={entity} row={row} close={close} open={open} />}
        {...(entity.can.export && {
          exportUrl: (asked: Record<string, unknown>) =>
            builtClient.exportRecords.url({ ...(toWhere(asked) as object), ...input, format: 'xlsx' } as never),
        })}
        empty={{
          title: `还没有${entity.name}`,
          detail: entity.can.create ? '填写以后会出现在这里。' : '别人填写、您能看到的会出现在这里。',
          action: entity.can.create ? <NewButton app={app} entity={entity} /> : undefined,
        }}
      />
    </>
  )
}

/** On the phone a value stands beside what it is. */
const Card = ({ row, columns }: { row: RecordRow; columns: readonly Column<RecordRow>[] }) => (
  <>
    <b>{row.label}</b>
    <span className="bt-pairs qt-small">
      {columns
        .filter(({ optional }, at) => !optional && at > 0)
        .slice(0, 6)
        .map(({ key, title, render }) => (
          <span key={key}>
            <span className="qt-second">{title} </span>
            {render(row) || '—'}
          </span>
        ))}
    </span>
  </>
)

interface PanelProps {
  app: string
  entity: EntityShown
  row: RecordRow
  close: () => void
  open: (id: string) => void
}
function RecordPanel({ app, entity, row, close, open }: PanelProps) {
  const query = useQuery(apiQuery(builtClient.read, { app, entity: entity.key, id: row.id }))
  return (
    <SidePanel
      title={row.label}
      onClose={close}
      actions={
        <>
          <Button type="primary" onClick={() => open(row.id)}>
            打开
          </Button>
          {query.data?.instanceId && (
            <Link to="/cases/$id" params={{ id: query.data.instanceId }}>
              <Button>看办理经过</Button>
            </Link>
          )}
        </>
      }
    >
      <Await query={query}>
        {(record) => (
          <>
            <p className="qt-row qt-small qt-second">
              {entity.hasProcess && <StateTag state={record.state} />}
              {record.authorName}，{record.unitName}
            </p>
            <Suspense fallback={<Skeleton300 lines={6} />}>
              <FormRead view={record} recordId={record.id} />
            </Suspense>
          </>
        )}
      </Await>
    </SidePanel>
  )
}
