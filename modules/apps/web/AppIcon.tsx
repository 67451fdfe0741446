import { Avatar } from '#ui'
import { apps } from './client.ts'

interface Props {
  id: string
  name: string
  hasIcon: boolean
  /** another one is another picture */
  version?: string | null
}

/** Nearly every name begins with a place and ends with 系统 or 平台: what tells them apart stands between. */
const mark = (name: string): string => [...name.replace(/^\p{sc=Han}{2}[省市县区]/u, '')].slice(0, 2).join('')

/** The picture of an application, or two characters of its name. */
export function AppIcon({ id, name, hasIcon, version }: Props) {
  const src = apps.icon.url({ id })
  return hasIcon ? (
    <img className="ap-icon" src={version ? `${src}?v=${version}` : src} alt="" />
  ) : (
    <Avatar name={mark(name)} />
  )
}
