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
