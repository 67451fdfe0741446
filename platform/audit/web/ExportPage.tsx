import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import { Field, format, Page } from '#ui'
import { audit } from './client.ts'
import './audit.css'

const formats = [
  { value: 'csv', label: 'CSV，可用表格软件打开' },
  { value: 'ndjson', label: 'NDJSON，一行一条' },
] as const
type Format = (typeof formats)[number]['value']

/** A range of the log as a file that proves itself; why it is taken is asked first and put on record. */
export function ExportPage() {
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
  const [since, setSince] = useState(today)
  const [until, setUntil] = useState(today)
  const [form, setForm] = useState<Format>('csv')
  const [reason, setReason] = useState('')
  const wrongDays = since > until ? '起始日期不能晚于截止日期。' : ''
  const ready = reason.trim().length >= 4 && since !== '' && until !== '' && !wrongDays
  return (
    <Page watermark title="导出审计记录" sentence="文件里带着证明，不连数据库也能核对有没有被改过。导出会记录在案。">
      <div className="au-export">
        <Field label="自" required error={wrongDays}>
          {({ status, ...control }) => (
            <Input
              {...control}
              status={status}
              type="date"
              max={today}
              value={since}
              onChange={(event) => setSince(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="至"
          help={since && until && !wrongDays ? `${format.day(since)}至${format.day(until)}，含两端` : undefined}
          required
        >
          {({ status, ...control }) => (
            <Input
              {...control}
              status={status}
              type="date"
              max={today}
              value={until}
              onChange={(event) => setUntil(event.target.value)}
            />
          )}
        </Field>
        <Field label="格式" required>
          {({ status, ...control }) => (
            <Select {...control} status={status} value={form} options={[...formats]} onChange={setForm} />
          )}
        </Field>
        <Field label="理由" help="至少四个字，会写进审计记录。" required>
          {({ status, ...control }) => (
            <Input.TextArea
              {...control}
              status={status}
              rows={3}
              maxLength={200}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        <p>
          <Button
            type="primary"
            disabled={!ready}
            title={ready ? undefined : '请先填写日期与理由'}
            href={ready ? audit.exportRecords.url({ format: form, since, until, reason: reason.trim() }) : undefined}
          >
            导出
          </Button>
        </p>
        <p className="qt-small qt-second">
          核对：在任何一台有本平台程序的电脑上执行 <code>npm run audit:verify -- 文件名</code>。
        </p>
      </div>
    </Page>
  )
}
