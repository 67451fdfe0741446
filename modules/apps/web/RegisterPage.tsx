import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, Page, RecordForm } from '#ui'
import type { AppDetail } from '../contract.ts'
import { apps } from './client.ts'
import { contentOf, initialOf, RegisterForm } from './register-form.ts'
import { useRegisterGroups } from './use-register-groups.ts'
import './apps.css'

export const NewAppPage = () => <Register />

export function EditAppPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const detail = useQuery(apiQuery(apps.registered, { id }))
  return <Await query={detail}>{(app) => <Register app={app} />}</Await>
}

/** Registers an application step by step, or drafts its next version; checked and sent on from the list. */
function Register({ app }: { app?: AppDetail }) {
  const navigate = useNavigate()
  const groups = useRegisterGroups()
  const create = useCommand(apps.create, { quiet: true })
  const edit = useCommand(apps.edit, { quiet: true })
  const save = (form: RegisterForm): Promise<AppDetail> => {
    const content = contentOf(form, app?.next?.content ?? app?.content)
    return app ? edit.mutateAsync({ ...content, id: app.id, revision: app.revision }) : create.mutateAsync(content)
  }
  return (
    <Page
      title={app ? `${app.pending === null ? '变更' : '修改'}“${app.content.name}”` : '登记应用'}
      sentence="保存以后在列表里检测接口、送审。"
      above={<Link to="/apps/manage">应用登记</Link>}
      actions={
        <Link to="/apps/guide" target="_blank">
          接入指南
        </Link>
      }
    >
      <RecordForm
        id={app ? `apps.${app.id}` : 'apps.new'}
        schema={RegisterForm}
        stepped
        groups={groups}
        submitLabel="保存登记"
        initial={app ? initialOf(app) : { openToAll: false, scopes: ['profile', 'units'] }}
        onSubmit={save}
        onDone={(saved) => void navigate({ to: '/apps/manage', search: { row: saved.id } })}
      />
    </Page>
  )
}
