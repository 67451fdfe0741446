import { Avatar } from '#ui'
import { apps } from './client.ts'

/** The picture of an application, or the end of its name. */
export function AppIcon({ id, name, hasIcon }: { id: string; name: string; hasIcon: boolean }) {
  return hasIcon ? <img className="ap-icon" src={apps.icon.url({ id })} alt="" /> : <Avatar name={name} />
}
