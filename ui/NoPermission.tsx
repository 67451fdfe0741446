import { Button } from 'antd'
import { Icon } from './Icon.tsx'
import './states.css'

interface Props {
  /** what the server said, if it was the server */
  detail?: string
  /** the permission in words: 发布通知 */
  what?: string
  /** who can grant it */
  grantedBy?: string
}

/** Says that it is not a fault, and who can grant the permission. */
export function NoPermission({ detail, what, grantedBy = '本单位管理员' }: Props) {
  return (
    <div className="qt-state">
      <Icon name="lock" size={32} />
      <h2>{what ? `您还没有“${what}”的权限` : '您还没有查看这里的权限'}</h2>
      <p>{detail ?? `需要时请向${grantedBy}申请，批准后立即生效，不用重新登录。`}</p>
    </div>
  )
}

/** The access policy keeps this call out from here and now; the reason is the policy's own sentence. */
export function Denied({ reason, number, onRetry }: { reason: string; number: string; onRetry: () => void }) {
  return (
    <div className="qt-state" role="alert">
      <Icon name="lock" size={32} />
      <h2>您现在的访问环境不能打开这里</h2>
      <p>{reason}</p>
      <p>
        这不是故障，也不是权限不够。换到办公网络或常用的设备以后再试；不清楚的，看<a href="/me/access">我的访问环境</a>
        ，或把下面的编号告诉安全管理员。
      </p>
      {number && <p className="qt-tiny qt-quiet">问题编号 {number}</p>}
      <Button onClick={onRetry}>重试</Button>
    </div>
  )
}
