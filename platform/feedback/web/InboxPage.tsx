import { useState } from 'react'
import { type Column, DataTable, Page } from '#ui'
import type { FeedbackRow } from '../contract.ts'
import { feedback } from './client.ts'
import { EntryPanel } from './EntryPanel.tsx'
import { kindFilter, markColumns, stateFilter, textColumn } from './words.tsx'

const columns: Column<FeedbackRow>[] = [
  textColumn,
  { key: 'sender', title: '提交人', width: 104, render: ({ senderName }) => senderName },
  { key: 'unit', title: '单位', width: 200, render: ({ unitName }) => unitName },
  ...markColumns,
]
const filters = [stateFilter, kindFilter]

/** 投诉建议办理: the inbox of whoever answers for the units in scope. */
export function InboxPage() {
  const [drafts] = useState(() => new Map<string, string>())
  return (
    <Page flush title="投诉建议办理" sentence="您管理范围内的人员提交的投诉、建议和求助。">
      <DataTable
        id="feedback.inbox"
        call={feedback.list}
        rowKey={({ id }) => id}
        rowName={({ kind, senderName }) => `${senderName}的${kind}`}
        columns={columns}
        filters={filters}
        searchLabel="搜内容、提交人"
        empty={{ title: '还没有人提交投诉建议', detail: '在“帮助”里写的投诉建议，提交后会出现在这里。' }}
        panel={(row, close) => (
          <EntryPanel
            drafts={drafts}
            key={row.id}
            id={row.id}
            title={`${row.senderName}的${row.kind}`}
            onClose={close}
          />
        )}
      />
    </Page>
  )
}
