import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, ConfirmButton, EmptyState, format, Icon, Light, Page, useCan } from '#ui'
import type { DelegationRow } from '../contract.ts'
import { identity } from './client.ts'
import './grants.css'

const states = { current: '使用中', future: '未到日期', past: '已到期', revoked: '已收回' } as const
const lights = { current: 'ok', future: 'warn', past: 'off', revoked: 'off' } as const

/** 授权委托: what I lend for a time, and what others lend me. */
export function DelegationsPage() {
  const can = useCan()
  const delegations = useQuery(apiQuery(identity.delegations))
  return (
    <Page
      title="授权委托"
      sentence="出差、休假时把自己的权限借给别人用一段时间，随时可以收回。委托和收回都记入审计记录。"
      above={<Link to="/me">我</Link>}
      actions={
        can('delegation:lend') && (
          <Link to="/delegations/new">
            <Button type="primary" icon={<Icon name="plus" size={16} />}>
              委托他人
            </Button>
          </Link>
        )
      }
    >
      <Await query={delegations}>
        {({ lent, borrowed }) =>
          lent.length + borrowed.length === 0 ? (
            <EmptyState title="没有委托" detail="您没有委托别人，也没有人委托您。" />
          ) : (
            <>
              <Delegations title="我委托的" rows={lent} verb="收回" />
              <Delegations title="委托给我的" rows={borrowed} verb="退回" />
            </>
          )
        }
      </Await>
    </Page>
  )
}

function Delegations({ title, rows, verb }: { title: string; rows: readonly DelegationRow[]; verb: '收回' | '退回' }) {
  const end = useCommand(identity.endDelegation)
  if (rows.length === 0) return null
  return (
    <section className="qt-block" aria-label={title}>
      <h2>{title}</h2>
      <ul className="gr-items">
        {rows.map((row) => (
          <li key={row.id}>
            <div className="qt-row">
              <b>{verb === '收回' ? row.toName : row.fromName}</b>
              <Light state={lights[row.state]}>{states[row.state]}</Light>
              <span className="qt-grow" />
              {(row.state === 'current' || row.state === 'future') && (
                <ConfirmButton
                  verb={verb}
                  size="small"
                  name={`${row.fromName}给${row.toName}的委托`}
                  consequence="马上失效。已经办完的事不受影响。"
                  onConfirm={() => end.mutateAsync({ id: row.id })}
                />
              )}
            </div>
            <p className="qt-small qt-second">
              {[...row.roles, ...row.permissions].map((one) => one.title).join('、')}
            </p>
            <p className="qt-small qt-quiet">
              {format.day(row.validFrom)} 起，到 {format.day(row.validTo)} 前。{row.reason}
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}
