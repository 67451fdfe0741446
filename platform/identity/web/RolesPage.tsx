import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, Icon, Page, ReasonButton, Tag, toast, useCan } from '#ui'
import { administrators, type RoleRow } from '../contract.ts'
import { identity } from './client.ts'
import { GrantsNav } from './GrantsNav.tsx'

/** 角色与权限: what each role bundles, and who may grant it. */
export function RolesPage() {
  const can = useCan()
  const roles = useQuery(apiQuery(identity.roles))
  const permissions = useQuery(apiQuery(identity.permissions))
  const titles = new Map(permissions.data?.rows.map(({ name, title }) => [name, title]))
  return (
    <Page
      title="角色与权限"
      sentence="权限由各模块声明，角色把它们合在一起。变更由系统管理员提出，安全管理员批准。"
      above={<GrantsNav />}
      actions={
        can('grant:propose') && (
          <Link to="/roles/new">
            <Button type="primary" icon={<Icon name="plus" size={16} />}>
              新建角色
            </Button>
          </Link>
        )
      }
    >
      <Await query={roles}>
        {({ rows }) => (
          <ul className="gr-items">
            {rows.map((role) => (
              <Role key={role.name} role={role} titles={titles} />
            ))}
          </ul>
        )}
      </Await>
    </Page>
  )
}

const whom = { unit: '供本单位使用', subtree: '供本单位和下级使用', all: '全部单位使用' } as const

function Role({ role, titles }: { role: RoleRow; titles: ReadonlyMap<string, string> }) {
  const can = useCan()
  const fixed = administrators.some((name) => name === role.name)
  return (
    <li>
      <div className="qt-row">
        <b>{role.title}</b>
        {fixed && <Tag tone="warn">三员</Tag>}
        {role.delegable && <Tag>单位管理员可授予</Tag>}
        {role.retired && <Tag>已停用</Tag>}
        <span className="qt-grow" />
        {role.grants > 0 && (
          <Link className="qt-small" to="/grants" search={{ role: role.name, state: 'current' }}>
            {role.grants} 项授权
          </Link>
        )}
      </div>
      <p className="qt-small qt-second">
        {role.owner ? `${role.owner.name}所有，` : '内置，'}
        {whom[role.reach]}
        {role.description && `。${role.description}`}
      </p>
      <details className="qt-small">
        <summary>{role.permissions.length} 项权限</summary>
        <p>{role.permissions.map((name) => titles.get(name) ?? name).join('、') || '没有权限'}</p>
      </details>
      {can('grant:propose') && !fixed && !role.retired && (
        <p className="qt-row gr-actions">
          <Link to="/roles/$name" params={{ name: role.name }}>
            <Button size="small">提出变更</Button>
          </Link>
          {!role.builtin && <Retire role={role} />}
        </p>
      )}
    </li>
  )
}

function Retire({ role }: { role: RoleRow }) {
  const propose = useCommand(identity.proposeRole)
  return (
    <ReasonButton
      verb="提出停用"
      name={role.title}
      label="停用的理由"
      least={2}
      most={500}
      onConfirm={async (reason) => {
        const { name, revision } = role
        await propose.mutateAsync({ proposal: { change: 'retire', role: name, revision, reason } })
        toast.done('已提出，等安全管理员批准')
      }}
    />
  )
}
