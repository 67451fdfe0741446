import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Button, Progress } from 'antd'
import { useState } from 'react'
import { apiQuery, useCommand, useRealtime } from '#kernel/web'
import { Await, ConfirmButton, format, Page, useCan } from '#ui'
import { type ImportDetail, importKinds } from '../../contract.ts'
import { directory } from '../client.ts'
import { AdminNav } from './AdminNav.tsx'
import { ImportFaults } from './ImportFaults.tsx'
import { ImportMapping } from './ImportMapping.tsx'
import { ImportLight } from './ImportsPage.tsx'

const AGAIN_MS = 3000
const atWork = (run: Pick<ImportDetail, 'state'>) => run.state === 'checking' || run.state === 'applying'

/** One import, at whatever step it is: the server works on whether or not somebody looks. */
export function ImportPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const queries = useQueryClient()
  const asked = apiQuery(directory.importDetail, { id })
  const run = useQuery({
    ...asked,
    refetchInterval: ({ state }) => (state.data && atWork(state.data) ? AGAIN_MS : false),
  })
  useRealtime('directory.import', () => void queries.invalidateQueries({ queryKey: asked.queryKey }))
  return (
    <Page
      watermark
      wide
      title={run.data ? `导入${importKinds[run.data.kind]}：${run.data.fileName}` : '导入'}
      sentence={
        run.data && `${run.data.unit.name}，${format.bytes(run.data.size)}，保留到 ${format.day(run.data.expiresOn)}`
      }
      above={
        <>
          <AdminNav />
          <Link to="/organization/imports">全部导入</Link>
        </>
      }
    >
      <Await query={run}>{(data) => <Run run={data} />}</Await>
    </Page>
  )
}

function Run({ run }: { run: ImportDetail }) {
  const { state } = run
  const [again, setAgain] = useState(false)
  const mapping = state === 'uploaded' || state === 'mapped' || (again && run.applied === 0)
  return (
    <div className="oa-run">
      <p className="qt-row" role="status">
        <ImportLight state={state} />
        {run.message && <span className="qt-second">{run.message}</span>}
      </p>
      {mapping && !atWork(run) && <ImportMapping run={run} onChecked={() => setAgain(false)} />}
      {atWork(run) && <Working run={run} />}
      {!mapping && !atWork(run) && <Outcome run={run} mapAgain={() => setAgain(true)} />}
      {!mapping && run.faulty > 0 && <ImportFaults run={run} />}
      <Ending run={run} />
    </div>
  )
}

function Working({ run }: { run: ImportDetail }) {
  const done = run.state === 'checking' ? run.checked : run.applied
  const verb = run.state === 'checking' ? '已检查' : '已写入'
  return (
    <section aria-label="进度">
      {run.total !== null && <Progress percent={Math.floor((done / Math.max(1, run.total)) * 100)} aria-label={verb} />}
      <p>
        {verb} {format.number(done)} 行{run.total !== null && `，共 ${format.number(run.total)} 行`}
        。可以离开本页，进度不会停。
      </p>
    </section>
  )
}

const said = (counts: ImportDetail['expected'], kind: ImportDetail['kind']): string =>
  [
    `新建 ${format.number(counts.created)} ${kind === 'people' ? '人' : '个单位'}`,
    `修改 ${format.number(counts.updated)} 行`,
    kind === 'people' ? `增加任职 ${format.number(counts.posts)} 条` : '',
    `没有变化 ${format.number(counts.same)} 行`,
    `跳过 ${format.number(counts.skipped)} 行`,
  ]
    .filter(Boolean)
    .join('，')

/** What the check found or what was written, and the way on. */
function Outcome({ run, mapAgain }: { run: ImportDetail; mapAgain: () => void }) {
  const apply = useCommand(directory.applyImport)
  const can = useCan()
  const { id, state, kind, faulty, total, applied } = run
  const checked = total !== null
  const canApply = checked && state !== 'done'
  const rows = (total ?? 0) - faulty
  return (
    <section aria-label="结果">
      {checked && applied === 0 && state !== 'done' && (
        <p>
          检查了 {format.number(total)} 行，导入后将{said(run.expected, kind)}。
        </p>
      )}
      {(applied > 0 || state === 'done') && <p>{said(run.done, kind)}。</p>}
      <div className="qt-row qt-block" style={{ flexWrap: 'wrap' }}>
        {canApply && (
          <Button
            type="primary"
            loading={apply.isPending}
            disabled={rows === 0}
            onClick={() => apply.mutate({ id, faulty: faulty > 0 ? 'skip' : 'refuse' })}
          >
            {applied > 0
              ? '接着导入'
              : faulty > 0
                ? `跳过错误行，导入 ${format.number(rows)} 行`
                : `导入 ${format.number(rows)} 行`}
          </Button>
        )}
        {state === 'done' && kind === 'people' && can('identity:open') && (
          <Link to="/accounts" search={{ under: run.unit.id, state: 'none' }}>
            <Button type="primary">为没有账号的人开通</Button>
          </Link>
        )}
        {state !== 'done' && applied === 0 && <Button onClick={mapAgain}>重新对应列</Button>}
        {canApply && rows === 0 && <span className="qt-second">没有一行可以导入，请改正表格后重新上传。</span>}
      </div>
    </section>
  )
}

/** Stopping what goes on, and erasing what is over. */
function Ending({ run }: { run: ImportDetail }) {
  const navigate = useNavigate()
  const cancel = useCommand(directory.cancelImport)
  const remove = useCommand(directory.removeImport, { invalidates: [directory.imports] })
  const { id, fileName } = run
  return (
    <div className="qt-block">
      {atWork(run) ? (
        <ConfirmButton
          verb="停止"
          name={fileName}
          consequence="已写入的行保留，以后可以接着导入。"
          onConfirm={() => cancel.mutateAsync({ id })}
        />
      ) : (
        <ConfirmButton
          verb="删除"
          name={fileName}
          consequence="删除上传的表格、错误和这条导入记录；已经写进目录的人员和单位不受影响。"
          onConfirm={async () => {
            await remove.mutateAsync({ id })
            await navigate({ to: '/organization/imports' })
          }}
        />
      )}
    </div>
  )
}
