import type { ReactNode } from 'react'
import { Icon, type IconName } from './Icon.tsx'
import './states.css'

interface Props {
  /** what will be here: 还没有通知 */
  title: string
  /** when and how it comes: 收到的通知会出现在这里 */
  detail?: string
  icon?: IconName
  /** the first action, one button */
  action?: ReactNode
}

export function EmptyState({ title, detail, icon = 'doc', action }: Props) {
  return (
    <div className="qt-state">
      <Icon name={icon} size={32} />
      <h2>{title}</h2>
      {detail && <p>{detail}</p>}
      {action}
    </div>
  )
}
