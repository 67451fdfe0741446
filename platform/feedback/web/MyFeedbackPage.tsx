import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useRealtime } from '#kernel/web'
import { DataTable, Page, SidePanel, useShell } from '#ui'
import { feedback } from './client.ts'
import { History } from './History.tsx'
import { markColumns, StateLight, stateFilter, textColumn } from './words.tsx'

const columns = [textColumn, ...markColumns]
const filters = [stateFilter]

/** 我的投诉建议: what I have written, and what was answered. */
export function MyFeedbackPage() {
  const { openFeedback } = useShell()
  const queries = useQueryClient()
  useRealtime('feedback', () => void queries.invalidateQueries({ queryKey: ['feedback'] }))
  const write = (
    <Button type="primary" onClick={openFeedback}>
      写投诉建议
    </Button>
  )
  return (
    <Page flush title="我的投诉建议" sentence="您提交的每一条都会保留，答复写在每条的办理经过里。" actions={write}>
      <DataTable
        id="feedback.mine"
        call={feedback.mine}
        rowKey={({ id }) => id}
        rowName={({ kind, text }) => `${kind}：${text.slice(0, 20)}`}
        columns={columns}
        filters={filters}
        empty={{ title: '您还没有提交过投诉建议', detail: '遇到问题、有好的想法，都可以写下来，会有人答复。' }}
        panel={(row, close) => (
          <SidePanel title={`我的${row.kind}`} onClose={close}>
            <StateLight state={row.state} />
            <History {...row} />
          </SidePanel>
        )}
      />
    </Page>
  )
}
