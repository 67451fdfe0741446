import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, ConfirmButton, EmptyState, format, Icon, Light, Page } from '#ui'
import type { ScimClient } from '../../../contract.ts'
import { directory } from '../../client.ts'
import { AdminNav } from '../AdminNav.tsx'

/** SCIM 对接: which personnel systems keep people and units of a subtree. */
export function ScimPage() {
  const clients = useQuery(apiQuery(directory.scimClients))
  return (
    <Page
      wide
      title="SCIM 对接"
      sentence="人事系统凭令牌维护一个单位及其下级的人员和单位，地址是 /api/scim/v2。"
      above={<AdminNav />}
      actions={
        <Link to="/organization/scim/new">
          <Button type="primary" icon={<Icon name="plus" size={16} />}>
            登记客户端
          </Button>
        </Link>
      }
    >
      <Await query={clients}>
        {({ rows }) =>
          rows.length === 0 ? (
            <EmptyState title="还没有登记客户端" detail="登记后得到令牌，交给人事系统的管理员填写。" />
          ) : (
            <Clients rows={rows} />
          )
        }
      </Await>
    </Page>
  )
}

function Clients({ rows }: { rows: readonly ScimClient[] }) {
  return (
    <div className="oa-wide">
      <table className="oa-table">
        <thead>
          <tr>
            <th scope="col">客户端</th>
            <th scope="col">状态</th>
            <th scope="col">维护的单位</th>
            <th scope="col">最近使用</th>
            <th scope="col">登记时间</th>
            <th scope="col">操作</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((client) => (
            <tr key={client.id}>
              <td>{client.title}</td>
              <td>
                <Light state={client.enabled ? 'ok' : 'off'}>{client.enabled ? '启用' : '停用'}</Light>
              </td>
              <td>{client.unit.name}</td>
              <td>{client.lastUsedAt ? format.moment(client.lastUsedAt) : '没有用过'}</td>
              <td>{format.moment(client.createdAt)}</td>
              <td>
                <Enable client={client} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Enable({ client: { id, title, enabled } }: { client: ScimClient }) {
  const enable = useCommand(directory.enableScimClient)
  if (enabled)
    return (
      <ConfirmButton
        verb="停用"
        name={title}
        consequence="令牌立即失效，对方不能再维护人员和单位；以后可以重新启用，令牌不变。"
        onConfirm={() => enable.mutateAsync({ id, enabled: false })}
      />
    )
  return (
    <Button aria-label={`启用${title}`} loading={enable.isPending} onClick={() => enable.mutate({ id, enabled: true })}>
      启用
    </Button>
  )
}
