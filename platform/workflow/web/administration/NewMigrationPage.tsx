import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, EmptyState, Field, format, Light, Page, ReasonButton, useUrlState } from '#ui'
import type { AdministeredVersion } from '../../contract/administration.ts'
import { cases } from '../client.ts'
import { Blocked } from './Blocked.tsx'
import { ProcessSelect } from './ProcessSelect.tsx'
import { type Trial, useTrial } from './use-trial.ts'
import './administration.css'

const DEFAULTS = { process: '', from: '', to: '' }

/** 换版: which process, from which version to which, what corresponds; tried first, then done. */
export function NewMigrationPage() {
  const [state, change] = useUrlState(DEFAULTS)
  return (
    <Page
      title="换版"
      sentence="把办理中的事换到流程的另一版。已办的经过不变；换过去以后，不能再撤回换版前的办理。"
      above={<Link to="/cases/migrations">办件换版</Link>}
    >
      <div className="qt-fields">
        <Field label="哪个流程" required>
          {(control) => (
            <ProcessSelect
              id={control.id}
              value={state.process}
              placeholder="选择流程"
              onChange={(process) => change({ process, from: '', to: '' })}
            />
          )}
        </Field>
        {state.process && (
          <Versions key={state.process} process={state.process} from={state.from} to={state.to} change={change} />
        )}
      </div>
    </Page>
  )
}

const wordsOf = ({ version, current, running, publishedAt }: AdministeredVersion): string =>
  [
    `第 ${version} 版${current ? '（现行）' : ''}`,
    `${format.day(publishedAt)}发布`,
    running === 0 ? '没有办理中的' : `${running >= 1000 ? '1000 件以上' : `${running} 件`}办理中`,
  ].join('，')

interface VersionsProps {
  process: string
  from: string
  to: string
  change: (next: { from?: string; to?: string }) => void
}
function Versions({ process, from, to, change }: VersionsProps) {
  const query = useQuery(apiQuery(cases.administeredVersions, { key: process }))
  return (
    <Await query={query}>
      {({ rows }) => {
        const options = rows.map((row) => ({ value: row.id, label: wordsOf(row) }))
        if (rows.length < 2)
          return <EmptyState icon="flow" title="这个流程只有一个版本" detail="发布新版以后，才能把办理中的事换过去。" />
        return (
          <>
            <Field label="从哪一版" required>
              {(control) => (
                <Select
                  id={control.id}
                  placeholder="选择原来的版本"
                  value={from || undefined}
                  options={options.filter(({ value }) => value !== to)}
                  onChange={(next: string) => change({ from: next })}
                />
              )}
            </Field>
            <Field label="换到哪一版" required>
              {(control) => (
                <Select
                  id={control.id}
                  placeholder="选择换到的版本"
                  value={to || undefined}
                  options={options.filter(({ value }) => value !== from)}
                  onChange={(next: string) => change({ to: next })}
                />
              )}
            </Field>
            {from && to && from !== to && <Mapping key={`${from}${to}`} from={from} to={to} />}
          </>
        )
      }}
    </Await>
  )
}

/** What corresponds: steps of the same number need nothing said, of the same name are proposed. */
function Mapping({ from, to }: { from: string; to: string }) {
  const query = useQuery(apiQuery(cases.migrationSteps, { from, to }))
  return <Await query={query}>{(steps) => <MappingForm from={from} to={to} steps={steps} />}</Await>
}

interface Steps {
  from: { node: string; name: string }[]
  to: { node: string; name: string }[]
}
function MappingForm({ from, to, steps }: { from: string; to: string; steps: Steps }) {
  const changed = steps.from.filter(({ node }) => !steps.to.some((one) => one.node === node))
  const [mapping, setMapping] = useState<Record<string, string>>(() =>
    Object.fromEntries(
      changed.flatMap(({ node, name }) => {
        const same = steps.to.find((one) => one.name === name)
        return same ? [[node, same.node]] : []
      }),
    ),
  )
  const { trial, run, busy, reset } = useTrial({ from, to, mapping })
  return (
    <>
      <section aria-label="环节对应">
        <h2 className="qt-section">环节对应</h2>
        {changed.length === 0 ? (
          <p className="qt-second">两个版本的环节编号都对得上，不用另外指定。</p>
        ) : (
          <>
            <p className="qt-small qt-second">
              新版里没有下面这些环节。停在其中的事要换到新版的哪个环节？不指定的，停在那里的事不能换。
            </p>
            <ul className="wf-mapping">
              {changed.map(({ node, name }) => (
                <li key={node}>
                  <span className="old">{name}</span>
                  <Select
                    aria-label={`“${name}”换到`}
                    allowClear
                    placeholder="不换"
                    value={mapping[node]}
                    options={steps.to.map((one) => ({ value: one.node, label: one.name }))}
                    onChange={(next?: string) => {
                      reset()
                      setMapping((old) => {
                        const { [node]: _, ...rest } = old
                        return next ? { ...rest, [node]: next } : rest
                      })
                    }}
                  />
                </li>
              ))}
            </ul>
          </>
        )}
      </section>
      <div className="qt-row">
        <Button loading={busy} onClick={() => void run()}>
          试算
        </Button>
        <span className="qt-small qt-second">先试算，看哪些能换；试算不改动任何办件。</span>
      </div>
      {trial && <Result trial={trial} move={{ from, to, mapping }} busy={busy} />}
    </>
  )
}

interface ResultProps {
  trial: Trial
  move: { from: string; to: string; mapping: Record<string, string> }
  busy: boolean
}
function Result({ trial, move, busy }: ResultProps) {
  const navigate = useNavigate()
  const migrate = useCommand(cases.migrate)
  const stuck = trial.looked - trial.ready
  return (
    <section aria-label="试算结果">
      <h2 className="qt-section">试算结果</h2>
      <p aria-live="polite" className="qt-row">
        {busy ? <Light state="warn">正在试算，已看 {trial.looked} 件</Light> : <span>共 {trial.looked} 件</span>}
        <Light state="ok">能换 {trial.ready} 件</Light>
        {stuck > 0 && <Light state="over">不能换 {stuck} 件</Light>}
      </p>
      {trial.blocked.length > 0 && <Blocked rows={trial.blocked} />}
      {stuck > trial.blocked.length && (
        <p className="qt-small qt-second">只列出前 {trial.blocked.length} 件；换版以后可以看全部。</p>
      )}
      {!busy && trial.ready > 0 && (
        <div className="qt-row">
          <ReasonButton
            verb={`换 ${trial.ready} 件`}
            name="办理中的事"
            ok="开始换版"
            label="为什么换"
            most={500}
            consequence={
              stuck > 0
                ? `能换的逐件换到新版，不能换的 ${stuck} 件仍走原来的版本。一分钟内开始，换完的不能退回原版。`
                : '逐件换到新版，一分钟内开始。换完的不能退回原版。'
            }
            onConfirm={async (reason) => {
              await migrate.mutateAsync({ ...move, reason })
              await navigate({ to: '/cases/migrations' })
            }}
          />
        </div>
      )}
      {!busy && trial.looked === 0 && <p className="qt-second">原来的版本上没有办理中的事，不用换。</p>}
    </section>
  )
}
