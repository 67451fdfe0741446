import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { z } from 'zod'
import { apiQuery, useCommand } from '#kernel/web'
import { useUnits } from '#platform/directory/web'
import { Await, EmptyState, type FormField, Page, RecordForm, toast } from '#ui'
import type { PermissionRow, RoleRow } from '../contract.ts'
import { identity } from './client.ts'
import { GrantsNav } from './GrantsNav.tsx'

const Content = z.object({
  title: z.string().trim().min(2).max(30),
  description: z.string().trim().max(200).optional(),
  delegable: z.boolean().default(false),
  permissions: z.array(z.string()).default([]),
  reason: z.string().trim().min(2).max(500),
})
const Fresh = Content.extend({ ownerId: z.uuid(), reach: z.enum(['unit', 'subtree']) })

type Permission = z.infer<typeof PermissionRow>

export function NewRolePage() {
  return <Editor />
}

/** The role comes from the list: there are few. */
export function EditRolePage() {
  const { name } = useParams({ strict: false }) as { name: string }
  const roles = useQuery(apiQuery(identity.roles))
  return (
    <Await query={roles}>
      {({ rows }) => {
        const role = rows.find((one) => one.name === name)
        return role ? <Editor role={role} /> : <EmptyState title="没有这个角色" detail="可能已经停用。" />
      }}
    </Await>
  )
}

/** With the names of the permissions at hand: a choice must not show their codes first. */
function Editor({ role }: { role?: RoleRow }) {
  const permissions = useQuery(apiQuery(identity.permissions))
  return <Await query={permissions}>{({ rows }) => <Form role={role} permissions={rows} />}</Await>
}

function Form({ role, permissions }: { role?: RoleRow; permissions: readonly Permission[] }) {
  const navigate = useNavigate()
  const propose = useCommand(identity.proposeRole, { quiet: true })
  const groups = useGroups(permissions)
  const done = ({ id }: { id: string }): void => {
    toast.done('已提出，等安全管理员批准')
    void navigate({ to: '/grants/proposals', search: { row: id } })
  }
  return (
    <Page
      title={role ? `提出变更：${role.title}` : '新建角色'}
      sentence="提出以后由安全管理员批准，批准后马上生效。"
      above={<GrantsNav />}
    >
      {role ? (
        <RecordForm
          id={`roles.${role.name}`}
          schema={Content}
          groups={groups.content}
          initial={{ ...role }}
          submitLabel="提出变更"
          onSubmit={(input) =>
            propose.mutateAsync({ proposal: { ...input, change: 'update', role: role.name, revision: role.revision } })
          }
          onDone={done}
        />
      ) : (
        <RecordForm
          id="roles.new"
          schema={Fresh}
          groups={[groups.owner, ...groups.content]}
          initial={{ reach: 'subtree' }}
          submitLabel="提出新建"
          onSubmit={(input) => propose.mutateAsync({ proposal: { ...input, change: 'create' } })}
          onDone={done}
        />
      )}
    </Page>
  )
}

function useGroups(permissions: readonly Permission[]) {
  const units = useUnits()
  const options = permissions
    .filter(({ reserved }) => !reserved)
    .map(({ name, title, module }) => ({ value: name, label: `${module}：${title}` }))
  const owner = {
    title: '归属',
    fields: [
      { name: 'ownerId', label: '所属单位', kind: 'unit', ...units },
      {
        name: 'reach',
        label: '供谁使用',
        kind: 'select',
        options: [
          { value: 'unit', label: '本单位的人' },
          { value: 'subtree', label: '本单位和下级的人' },
        ],
      },
    ],
  } as const satisfies { title: string; fields: readonly FormField[] }
  const content = [
    {
      title: '角色',
      fields: [
        { name: 'title', label: '名称', kind: 'text', maxLength: 30 },
        { name: 'description', label: '说明', kind: 'longText', rows: 2, maxLength: 200 },
        { name: 'delegable', label: '授予', kind: 'switch', on: '单位管理员可以授予', off: '只能提出后审批' },
        { name: 'permissions', label: '权限', kind: 'select', multiple: true, options },
        { name: 'reason', label: '变更的理由', kind: 'longText', rows: 3, maxLength: 500 },
      ],
    },
  ] as const satisfies { title: string; fields: readonly FormField[] }[]
  return { owner, content }
}
