import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { Field, Page, toast, useUrlState } from '#ui'
import { NoticePreview } from './NoticePreview.tsx'
import { thisDay } from './this-day.ts'
import { useNotice } from './use-notice.ts'
import './calendar.css'

const DEFAULTS = { year: '' }

const example = `一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月14日（周日）上班。`

/** 录入放假通知: the words of the notice, or a file of the public data set; looked at first, then taken over. */
export function ImportPage() {
  const navigate = useNavigate()
  const [state, change] = useUrlState(DEFAULTS)
  const [year, setYear] = useState(state.year || String(Number(thisDay().slice(0, 4)) + 1))
  const [text, setText] = useState('')
  const [basis, setBasis] = useState('')
  const { known, faults, shown, touch, look, send, busy } = useNotice(year, (kept) => {
    toast.done(`已录入 ${kept.year} 年放假安排，全年 ${kept.workingDays} 个工作日`)
    void navigate({ to: '/calendar', search: { year: kept.year } })
  })
  return (
    <Page
      title="录入放假通知"
      sentence="每年国务院办公厅公布后录入一次。录入后，按工作日计算的期限会重新计算。"
      above={<Link to="/calendar">工作日历</Link>}
    >
      <div className="qt-fields">
        <Field
          label="哪一年"
          required
          help={known?.published ? `${known.year} 年已录入过，再次录入会替换原来的安排` : undefined}
        >
          {({ status, ...control }) => (
            <Input
              {...control}
              status={status}
              inputMode="numeric"
              maxLength={4}
              style={{ width: '8em' }}
              value={year}
              onChange={(event) => {
                setYear(event.target.value)
                change({ year: event.target.value })
                touch()
              }}
            />
          )}
        </Field>
        <Field
          label="通知内容"
          required
          help="把通知原文粘贴进来，每个节日一行；也可以粘贴 holiday-cn 数据文件的内容。"
        >
          {({ status, ...control }) => (
            <Input.TextArea
              {...control}
              status={status}
              placeholder={example}
              maxLength={40_000}
              autoSize={{ minRows: 8, maxRows: 24 }}
              value={text}
              onChange={(event) => {
                setText(event.target.value)
                touch()
              }}
            />
          )}
        </Field>
        <Field label="依据" help="通知的文号，如“国办发明电〔2025〕7号”；通知原文里写有的不用再填。">
          {({ status, ...control }) => (
            <Input
              {...control}
              status={status}
              maxLength={600}
              value={basis}
              onChange={(event) => {
                setBasis(event.target.value)
                touch()
              }}
            />
          )}
        </Field>
      </div>
      {faults.length > 0 && (
        <div className="wc-faults" role="alert">
          <b>还不能录入</b>
          <ul>
            {faults.map((fault) => (
              <li key={fault}>{fault}</li>
            ))}
          </ul>
        </div>
      )}
      {shown && <NoticePreview preview={shown} year={year} />}
      <div className="qt-row" style={{ marginTop: 'var(--s-24)' }}>
        {shown?.changed ? (
          <Button type="primary" loading={busy} onClick={() => void send()}>
            录入 {year} 年放假安排
          </Button>
        ) : (
          <Button type="primary" loading={busy} onClick={() => void look(text, basis)}>
            预览
          </Button>
        )}
      </div>
    </Page>
  )
}
