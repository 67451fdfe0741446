import { useQuery } from '@tanstack/react-query'
import { apiQuery, useCommand } from '#kernel/web'
import { Await, ConfirmButton, format, Tag } from '#ui'
import { sayAgent } from '../contract.ts'
import { identity } from './client.ts'

const factorNames: Record<string, string> = {
  password: '口令',
  totp: '动态口令',
  passkey: '通行密钥',
  sms: '短信验证码',
  recovery: '备用码',
  scan: '扫码',
}

export function SessionsList() {
  const sessions = useQuery(apiQuery(identity.sessions))
  const end = useCommand(identity.endSession)
  const endOthers = useCommand(identity.endOtherSessions)
  return (
    <Await query={sessions}>
      {(rows) => (
        <>
          <ul className="id-sessions" aria-label="我的登录">
            {rows.map((session) => {
              const device = session.device ?? sayAgent(session.agent)
              return (
                <li key={session.id}>
                  <div className="qt-grow">
                    <b>{device}</b> {session.current && <Tag tone="ok">当前</Tag>}
                    {session.newDevice && <Tag tone="warn">新设备</Tag>}
                    <p className="qt-small qt-second">
                      {format.moment(session.createdAt)} 用
                      {session.factors.map((factor) => factorNames[factor] ?? factor).join('和')}登录，来自{' '}
                      {session.address}
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
          {rows.length > 1 && (
            <ConfirmButton
              verb="结束"
              name={`其他 ${rows.length - 1} 个登录`}
              consequence="只留下现在这一个，其余设备会立即退出登录。"
              onConfirm={() => endOthers.mutateAsync({})}
            />
          )}
        </>
      )}
    </Await>
  )
}
