import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { apiQuery, useCommand } from '#kernel/web'
import { searchPeople, useUnits } from '#platform/directory/web'
import { Await, type FormGroup, Page, RecordForm } from '#ui'
import { type AppDetail, categories, directoryFields, protectionLevels, scopeTitles } from '../contract.ts'
import { apps } from './client.ts'
import { contentOf, initialOf, RegisterForm } from './register-form.ts'
import './apps.css'

export const NewAppPage = () => <Register />

export function EditAppPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const detail = useQuery(apiQuery(apps.registered, { id }))
  return <Await query={detail}>{(app) => <Register app={app} />}</Await>
}

const options = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }))
type Group = FormGroup<keyof RegisterForm & string>
const readsDirectory = ({ scopes }: Record<string, unknown>) =>
  Array.isArray(scopes) && scopes.includes('directory.read')
const web = { kind: 'text', inputMode: 'url', maxLength: 500 } as const

const about: Group = {
  title: '应用是什么',
  fields: [
    { name: 'name', label: '名称', kind: 'text', maxLength: 60 },
    { name: 'summary', label: '一句话说明', help: '写给使用的人看', kind: 'text', maxLength: 100 },
    { name: 'category', label: '类别', kind: 'select', options: options(categories) },
    { name: 'contacts', label: '联系人', help: '第一位是负责人', kind: 'people', search: searchPeople },
    { name: 'filingNo', label: '备案号', kind: 'text', maxLength: 60 },
    { name: 'protectionLevel', label: '等保级别', kind: 'select', options: options(protectionLevels) },
    { name: 'release', label: '版本', kind: 'text', maxLength: 30 },
    { name: 'changes', label: '变更说明', kind: 'longText', rows: 3, maxLength: 500 },
  ],
}
const connect: Group = {
  title: '怎么接入',
  sentence: '地址须是 https；检测会逐个访问，须在平台允许访问的名单里。',
  fields: [
    { name: 'redirectUris', label: '登录回调地址', help: '正式环境，一行一个', kind: 'longText', rows: 2 },
    { name: 'logoutUris', label: '退出后返回的地址', help: '一行一个', kind: 'longText', rows: 2 },
    { name: 'backchannelUri', label: '退出通知地址', help: '平台会话结束时通知应用', ...web },
    { name: 'testRedirectUris', label: '测试环境的登录回调地址', help: '一行一个', kind: 'longText', rows: 2 },
    { name: 'healthUrl', label: '健康检查地址', help: '正常时答复 200', ...web },
    { name: 'subjectGroup', label: '人员标识分组', help: '同组应用看到同一个人的同一标识，一般不填', kind: 'text' },
  ],
}

const useGroups = (): Group[] => {
  const units = useUnits()
  return [
    about,
    {
      title: '谁能用，怎么打开',
      fields: [
        { name: 'openToAll', label: '使用范围', kind: 'switch', on: '全体人员', off: '指定单位' },
        {
          name: 'audienceUnits',
          label: '可以使用的单位',
          help: '连同下级',
          kind: 'units',
          visible: ({ openToAll }) => openToAll !== true,
          ...units,
        },
        { name: 'desktopUrl', label: '桌面入口', ...web },
        { name: 'phoneUrl', label: '手机入口', ...web },
      ],
    },
    {
      title: '要什么权限',
      sentence: '只申请用得到的，审核时可能少批。',
      fields: [
        { name: 'scopes', label: '权限', kind: 'select', multiple: true, options: options(scopeTitles) },
        {
          name: 'directoryUnits',
          label: '读取通讯录的单位',
          help: '连同下级',
          kind: 'units',
          visible: readsDirectory,
          ...units,
        },
        {
          name: 'directoryFields',
          label: '通讯录字段',
          help: '姓名和单位之外',
          kind: 'select',
          multiple: true,
          options: options(directoryFields),
          visible: readsDirectory,
        },
      ],
    },
    connect,
  ]
}

/** Registers an application step by step, or drafts its next version; checked and sent on from the list. */
function Register({ app }: { app?: AppDetail }) {
  const navigate = useNavigate()
  const groups = useGroups()
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
