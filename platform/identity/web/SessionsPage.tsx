import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, ConfirmButton, format, Page, Tag } from '#ui'
import { sayAgent } from '../contract/agent.ts'
import { identity } from './client.ts'
import './identity.css'

/** 我的登录: where this account is signed in, and the end of what should not be. */
export function SessionsPage() {
  const sessions = useQuery(apiQuery(identity.sessions))
  const end = useCommand(identity.endSession)
  return (
    <Page
      title="我的登录"
      sentence="这个账号正在哪些设备上使用。不是您本人的，请立即结束并修改口令。"
      above={<Link to="/me">我</Link>}
    >
      <Await query={sessions}>
        {(rows) => (
          <ul className="id-sessions">
            {rows.map((session) => {
              const device = sayAgent(session.agent)
              return (
                <li key={session.id}>
                  <div className="qt-grow">
                    <b>{device}</b> {session.current && <Tag tone="ok">当前</Tag>}
                    <p className="qt-small qt-second">
                      {format.moment(session.createdAt)} 登录，来自 {session.address}
                    </p>
                    <p className="qt-tiny qt-quiet">有效到 {format.moment(session.expiresAt)}</p>
                  </div>
                  {!session.current && (
                    <ConfirmButton
                      verb="结束"
                      name={device}
                      consequence="那台设备会立即退出登录，没有提交的内容留在它的草稿里。"
                      onConfirm={() => end.mutateAsync({ id: session.id })}
                    />
                  )}
                </li>
              )
            })}
          </ul>
        )}
      </Await>
      <p className="qt-small">
        <Link to="/me/password">修改口令</Link>
      </p>
    </Page>
  )
}
