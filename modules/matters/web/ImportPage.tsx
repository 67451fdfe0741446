import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Progress, Select } from 'antd'
import { useRef, useState } from 'react'
import { apiQuery, useCommand, useRealtime } from '#kernel/web'
import { importStates } from '#platform/transfer/contract'
import { Await, ConfirmButton, EmptyState, format, Icon, Page, Tag, useUrlState } from '#ui'
import { type ImportKind, type ImportRun, importKinds } from '../contract.ts'
import { matters } from './client.ts'
import { MattersNav } from './MattersNav.tsx'
import './matters.css'

const DEFAULTS = { run: '' }

/** 成批导入: upload, look at the faults, write; leave the page meanwhile. */
export function ImportPage() {
  const queries = useQueryClient()
  const [{ run }, change] = useUrlState(DEFAULTS)
  useRealtime('matters.import', () => void queries.invalidateQueries({ queryKey: matters.importRun.key }))
  return (
    <Page
      wide
      title="成批导入和导出"
      sentence="先检查，再导入；完整的行直接送审，缺的留作草稿。导出的文件改了可以再导入。"
      above={<MattersNav />}
      actions={
        <div className="qt-row mt-links">
          <a href={matters.exportMatters.url({ layer: 'basic' })}>导出基本目录</a>
          <a href={matters.exportMatters.url({ layer: 'implementing' })}>导出实施清单</a>
        </div>
      }
    >
      <Upload onDone={(id) => change({ run: id })} />
      {run ? <Run id={run} close={() => change({ run: '' })} /> : <Runs open={(id) => change({ run: id })} />}
    </Page>
  )
}

function Upload({ onDone }: { onDone: (id: string) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const [kind, setKind] = useState<ImportKind>('implementing')
  const upload = useCommand(matters.uploadImport, { onSuccess: ({ id }) => onDone(id) })
  return (
    <section className="mt-upload" aria-label="上传文件">
      <Select
        aria-label="导入哪一种"
        value={kind}
        options={Object.entries(importKinds).map(([value, label]) => ({ value: value as ImportKind, label }))}
        onChange={setKind}
      />
      <input
        ref={input}
        hidden
        type="file"
        accept=".xlsx,.csv"
        aria-label="选择文件"
        onChange={(event) => {
          const file = event.target.files?.[0]
          if (file) upload.mutate({ kind, file })
          event.target.value = ''
        }}
      />
      <Button
        type="primary"
        icon={<Icon name="upload" size={16} />}
        loading={upload.isPending}
        onClick={() => input.current?.click()}
      >
        上传 XLSX 或 CSV
      </Button>
      <a href={matters.importTemplate.url({ kind })}>下载模板</a>
    </section>
  )
}

const tones = {
  uploaded: 'plain',
  checking: 'primary',
  checked: 'primary',
  applying: 'primary',
  done: 'ok',
  failed: 'over',
  cancelled: 'plain',
} as const

function Runs({ open }: { open: (id: string) => void }) {
  const runs = useQuery(apiQuery(matters.imports, {}))
  return (
    <Await query={runs} lines={3}>
      {({ rows }) =>
        rows.length === 0 ? (
          <EmptyState
            icon="upload"
            title="还没有导入过"
            detail="下载模板，填好以后上传；检查出的错误会写明在哪一格。"
          />
        ) : (
          <ul className="mt-materials">
            {rows.map((run) => (
              <li key={run.id}>
                <button type="button" className="qt-plain mt-run" onClick={() => open(run.id)}>
                  <b>{run.fileName}</b>
                  <Tag tone={tones[run.state]}>{importStates[run.state]}</Tag>
                  <span className="qt-small qt-second">
                    {importKinds[run.kind]}，{run.unitName}，{format.moment(run.createdAt)}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )
      }
    </Await>
  )
}

const isBusy = (run: ImportRun): boolean => run.state === 'checking' || run.state === 'applying'

function Run({ id, close }: { id: string; close: () => void }) {
  const query = useQuery({
    ...apiQuery(matters.importRun, { id }),
    refetchInterval: ({ state }) => (state.data && isBusy(state.data) ? 2000 : false),
  })
  return (
    <Await query={query}>
      {(run) => (
        <section aria-label="这次导入" className="mt-guide">
          <p className="qt-row mt-head">
            <Button type="text" icon={<Icon name="chevronLeft" size={16} />} onClick={close}>
              全部导入
            </Button>
            <b>{run.fileName}</b>
            <Tag tone={tones[run.state]}>{importStates[run.state]}</Tag>
          </p>
          {run.message && <Alert type={run.state === 'failed' ? 'error' : 'info'} showIcon title={run.message} />}
          {run.state === 'uploaded' && <MappingForm key={run.id} run={run} />}
          <Report run={run} />
          <Acts run={run} onRemoved={close} />
          {run.faulty > 0 && <Faults run={run} />}
        </section>
      )}
    </Await>
  )
}

function Report({ run }: { run: ImportRun }) {
  if (run.state === 'checking')
    return (
      <p role="status">
        已检查 {format.number(run.checked)} 行，发现 {format.number(run.faulty)} 行有错误。可以离开，好了会在这里。
      </p>
    )
  if (run.total === null) return null
  const counts = run.state === 'checked' ? run.expected : run.done
  return (
    <>
      {run.state !== 'checked' && (
        <Progress
          percent={Math.floor((run.applied / Math.max(1, run.total)) * 100)}
          status={run.state === 'applying' ? 'active' : 'normal'}
          aria-label="导入进度"
        />
      )}
      <p>
        共 {format.number(run.total)} 行：{run.state === 'checked' ? '将' : '已'}新增 {format.number(counts.created)}{' '}
        项、修改 {format.number(counts.updated)} 项，相同 {format.number(counts.same)} 项，有错误{' '}
        {format.number(run.faulty)} 行。
      </p>
    </>
  )
}

function MappingForm({ run }: { run: ImportRun }) {
  const [mapping, setMapping] = useState(run.mapping)
  const save = useCommand(matters.mapImport)
  const check = useCommand(matters.checkImport)
  const go = async () => {
    await save.mutateAsync({ id: run.id, mapping })
    await check.mutateAsync({ id: run.id })
  }
  return (
    <>
      <h2>哪一列是什么</h2>
      <div className="mt-mapping">
        {run.fields.map(({ field, title, required }) => (
          <div key={field} className="mt-input">
            <span>
              {title}
              {required && '（必需）'}
            </span>
            <Select
              allowClear
              aria-label={title}
              placeholder="文件里没有"
              value={mapping[field]}
              options={run.header.map((label, value) => ({ value, label }))}
              onChange={(column?: number) =>
                setMapping(
                  Object.fromEntries(
                    Object.entries({ ...mapping, [field]: column }).filter(
                      (pair): pair is [string, number] => pair[1] !== undefined,
                    ),
                  ),
                )
              }
            />
          </div>
        ))}
      </div>
      <Button
        type="primary"
        loading={save.isPending || check.isPending}
        onClick={() => void go().catch(() => undefined)}
      >
        检查文件
      </Button>
    </>
  )
}

function Acts({ run, onRemoved }: { run: ImportRun; onRemoved: () => void }) {
  const apply = useCommand(matters.applyImport)
  const cancel = useCommand(matters.cancelImport)
  const remove = useCommand(matters.removeImport, { onSuccess: onRemoved })
  const ready = run.total !== null && ['checked', 'failed', 'cancelled'].includes(run.state) && run.applied < run.total
  return (
    <div className="qt-row mt-buttons">
      {ready && (
        <Button type="primary" loading={apply.isPending} onClick={() => apply.mutate({ id: run.id, faulty: 'skip' })}>
          {run.applied > 0
            ? '继续导入'
            : run.faulty > 0
              ? `导入没有错误的 ${format.number((run.total ?? 0) - run.faulty)} 行`
              : '导入'}
        </Button>
      )}
      {run.faulty > 0 && run.total !== null && <a href={matters.faultSheet.url({ id: run.id })}>下载错误表</a>}
      {isBusy(run) && (
        <Button loading={cancel.isPending} onClick={() => cancel.mutate({ id: run.id })}>
          停下
        </Button>
      )}
      {!isBusy(run) && (
        <ConfirmButton
          verb="删除"
          name={run.fileName}
          consequence="删去文件和错误记录；已导入的事项保留。"
          onConfirm={() => remove.mutateAsync({ id: run.id })}
        />
      )}
    </div>
  )
}

function Faults({ run }: { run: ImportRun }) {
  const query = useQuery(apiQuery(matters.importFaults, { id: run.id, limit: 100 }))
  return (
    <section aria-label="错误">
      <h2>错在哪里</h2>
      <Await query={query} lines={4}>
        {({ rows, next }) => (
          <>
            <ul className="mt-materials">
              {rows.map((fault) => (
                <li key={`${fault.sheet}${fault.row}${fault.column}${fault.message}`}>
                  <b>
                    第 {fault.row} 行{fault.column ? ` ${fault.column} 列“${fault.header ?? ''}”` : ''}
                  </b>
                  <p>{fault.message}</p>
                  {fault.value && <p className="qt-small qt-second">填的是：{fault.value}</p>}
                </li>
              ))}
            </ul>
            {next && <p className="qt-quiet">只列出前 {rows.length} 处，其余在错误表里。</p>}
          </>
        )}
      </Await>
    </section>
  )
}
