import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { apiQuery } from '#kernel/web'
import { Await, Page, RecordForm } from '#ui'
import { type Notice, noticeKinds } from '../contract.ts'
import { Attachments } from './Attachments.tsx'
import { notices } from './client.ts'
import { NoticeForm, useSaving } from './use-saving.ts'
import { useUnits } from './use-units.ts'
import './notices.css'

export const NewNoticePage = () => <Editor />

export function EditNoticePage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const notice = useQuery(apiQuery(notices.open, { id }))
  return <Await query={notice}>{(data) => <Editor notice={data} />}</Await>
}

/** Writes a draft, or changes one; where it is saved to, the author sees it as readers will, and sends it on. */
function Editor({ notice }: { notice?: Notice }) {
  const navigate = useNavigate()
  const units = useUnits()
  const { save, room } = useSaving(notice)
  return (
    <Page
      title={notice ? '修改通知' : '起草通知'}
      sentence="保存以后先看一遍，再送审。"
      above={<Link to="/notices/manage">通知管理</Link>}
    >
      <RecordForm
        id={notice ? `notice.${notice.id}` : 'notice.new'}
        schema={NoticeForm}
        submitLabel="保存并预览"
        initial={notice ? { ...notice } : { kind: 'notice' }}
        onSubmit={save}
        onDone={(saved) => void navigate({ to: '/notices/manage', search: { row: saved.id } })}
        groups={[
          {
            title: '内容',
            fields: [
              { name: 'title', label: '标题', kind: 'text', maxLength: 100 },
              {
                name: 'kind',
                label: '种类',
                kind: 'select',
                options: Object.entries(noticeKinds).map(([value, label]) => ({ value, label })),
              },
              {
                name: 'body',
                label: '正文',
                help: '一行一段，网址会自动变成链接',
                kind: 'longText',
                rows: 10,
                maxLength: 20_000,
              },
              { name: 'files', label: notice ? '再加附件' : '附件', kind: 'files', ...room },
            ],
          },
          {
            title: '发给谁',
            fields: [
              { name: 'audience', label: '通知范围', help: '所选单位及其全部下级都会收到', kind: 'units', ...units },
              { name: 'expiresOn', label: '有效至', help: '过后不再提醒未读', kind: 'date' },
            ],
          },
        ]}
      />
      {notice && <Attachments notice={notice} removable />}
    </Page>
  )
}
