import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useRef, useState } from 'react'
import { ApiError, apiQuery, useCommand } from '#kernel/web'
import { Await, Field, Page, toast, useLeaveGuard } from '#ui'
import type { Fault } from '../contract.ts'
import { CodeArea, type CodeHandle } from './CodeArea.tsx'
import { access } from './client.ts'
import { PolicyDiff } from './PolicyDiff.tsx'
import { Simulation } from './Simulation.tsx'
import { useActive } from './use-active.ts'
import './access.css'

/** A new version, begun from the one in force or from the one the address names. */
export function PolicyFormPage() {
  const { from } = useSearch({ strict: false }) as { from?: string }
  const active = useActive()
  const other = useQuery({ ...apiQuery(access.version, { id: from ?? '' }), enabled: from !== undefined })
  return (
    <Page
      title="提出新版本"
      sentence="写好后先检查，再用真实的访问模拟，然后提交给安全管理员。"
      above={<Link to="/access">访问策略</Link>}
    >
      <Await query={active}>
        {(now) =>
          from ? (
            <Await query={other}>{(base) => <Form key={base.id} before={now.text} start={base.text} />}</Await>
          ) : (
            <Form before={now.text} start={now.text} />
          )
        }
      </Await>
    </Page>
  )
}

function Form({ before, start }: { before: string; start: string }) {
  const navigate = useNavigate()
  const [text, setText] = useState(start)
  const [note, setNote] = useState('')
  const [missing, setMissing] = useState(false)
  const [done, setDone] = useState(false)
  const code = useRef<CodeHandle>(null)
  const check = useCommand(access.check, { invalidates: [] })
  const propose = useCommand(access.propose, { quiet: true })
  const guard = useLeaveGuard(!done && (text !== start || note !== ''), '新版本还没有提出。')
  const submit = async () => {
    setMissing(note.trim() === '')
    if (note.trim() === '') return
    try {
      const { id } = await propose.mutateAsync({ text, note: note.trim() })
      setDone(true)
      void navigate({ to: '/access/$id', params: { id }, ignoreBlocker: true })
    } catch (error) {
      toast.error(error)
      if (error instanceof ApiError && error.code === 'invalid') check.mutate({ text })
    }
  }
  return (
    <div className="ac-form">
      <Field
        label="策略正文"
        help="Cedar 语言。forbid 上用 @reason 写一句话，被拦的人会看到：为什么、怎么办。"
        required
      >
        {(control) => <CodeArea control={control} value={text} onChange={setText} handle={code} />}
      </Field>
      <div className="ac-actions">
        <Button loading={check.isPending} onClick={() => check.mutate({ text })}>
          检查
        </Button>
        <span className="qt-small qt-second" role="status">
          {check.data &&
            (check.variables?.text !== text
              ? '正文改过了，请重新检查。'
              : check.data.faults.length === 0
                ? `没有问题，共 ${check.data.policies} 条。`
                : `有 ${check.data.faults.length} 处问题，点一处就跳到那一行。`)}
        </span>
      </div>
      {check.data && check.data.faults.length > 0 && (
        <Faults faults={check.data.faults} jump={(line) => code.current?.jump(line)} />
      )}
      <section aria-label="与现行版本的差别">
        <div className="qt-section">
          <h2>与现行版本的差别</h2>
        </div>
        <PolicyDiff before={before} after={text} />
      </section>
      <Simulation text={text} />
      <Field
        label="改了什么、为什么"
        help="安全管理员据此决定"
        required
        error={missing ? '请写明改了什么、为什么。' : undefined}
      >
        {(control) => (
          <Input.TextArea
            {...control}
            value={note}
            maxLength={300}
            autoSize={{ minRows: 2 }}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
      <div className="ac-actions">
        <Button type="primary" loading={propose.isPending} disabled={text === before} onClick={() => void submit()}>
          提出，等待批准
        </Button>
        {text === before && <span className="qt-small qt-second">与现行版本一字不差，不用提出。</span>}
      </div>
      {guard}
    </div>
  )
}

function Faults({ faults, jump }: { faults: readonly Fault[]; jump: (line: number) => void }) {
  return (
    <ul className="ac-list ac-faults" aria-label="正文的问题">
      {faults.map(({ line, message, policy }) => (
        <li key={`${line} ${message}`}>
          <button
            type="button"
            className="qt-plain"
            disabled={line === null}
            onClick={() => line !== null && jump(line)}
          >
            <b>{line === null ? '全文' : `第 ${line} 行`}</b>
            <span>{policy ? `${policy}：${message}` : message}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
