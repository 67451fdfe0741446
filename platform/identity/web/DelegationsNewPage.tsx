import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { apiQuery, useCommand } from '#kernel/web'
import { searchPeople } from '#platform/directory/web'
import { type FormField, format, Page, RecordForm } from '#ui'
import { identityApi } from '../contract.ts'
import { identity } from './client.ts'

/** 委托他人: a role with all it may do, or single permissions. */
export function DelegationsNewPage() {
  const navigate = useNavigate()
  const lend = useCommand(identity.lend, { quiet: true })
  const delegations = useQuery(apiQuery(identity.delegations))
  const lendable = delegations.data?.lendable ?? []
  const single = new Map(lendable.flatMap((role) => role.permissions.map(({ name, title }) => [name, title] as const)))
  const groups = [
    {
      title: '委托给谁，委托什么',
      sentence: '只能委托自己现在拥有的；您失去的，对方同时失去。对方不能再委托给别人。',
      fields: [
        { name: 'personId', label: '受托人', kind: 'person', search: searchPeople },
        {
          name: 'roles',
          label: '角色',
          help: '角色的全部权限',
          kind: 'select',
          multiple: true,
          options: lendable.map(({ name, title }) => ({ value: name, label: title })),
        },
        {
          name: 'permissions',
          label: '单项权限',
          kind: 'select',
          multiple: true,
          options: [...single].map(([value, label]) => ({ value, label })),
        },
      ],
    },
    {
      title: '期限与事由',
      fields: [
        { name: 'validFrom', label: '开始日期', kind: 'date' },
        { name: 'validTo', label: '到哪一天失效', help: '这一天起不再有效，最长一年', kind: 'date' },
        { name: 'reason', label: '事由', kind: 'longText', rows: 3, maxLength: 500 },
      ],
    },
  ] as const satisfies { title: string; sentence?: string; fields: readonly FormField[] }[]
  return (
    <Page title="委托他人" above={<Link to="/delegations">授权委托</Link>}>
      <RecordForm
        id="delegations.new"
        schema={identityApi.lend.input}
        groups={groups}
        initial={{ validFrom: format.today() }}
        submitLabel="委托"
        onSubmit={lend.mutateAsync}
        onDone={() => void navigate({ to: '/delegations' })}
      />
    </Page>
  )
}
