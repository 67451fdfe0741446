import { useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import type { MouseEvent } from 'react'
import { Icon } from '#ui'
import { useEnter } from './use-enter.ts'
import { workAddress } from './work-address.ts'

interface Props {
  item: { url: string; sourceName: string | null }
  /** 办理, 查看 */
  verb: string
  primary: boolean
  onGo?: () => void
}

/** The way to where it is worked on: a page of the platform, or a foreign system, in a tab of its own, by name. */
export function WorkLink({ item, verb, primary, onGo }: Props) {
  const navigate = useNavigate()
  const address = workAddress(item.url)
  const go = () => {
    if (!address) return
    onGo?.()
    if ('own' in address) void navigate({ href: address.own })
    else window.open(address.foreign, '_blank', 'noopener,noreferrer')
  }
  useEnter(go)
  if (!address)
    return <span className="qt-small qt-quiet">办理地址有误，请联系{item.sourceName ?? '系统管理员'}。</span>
  const type = primary ? 'primary' : 'default'
  if ('foreign' in address)
    return (
      <>
        <Button
          type={type}
          href={address.foreign}
          target="_blank"
          rel="noopener noreferrer"
          icon={<Icon name="exit" size={16} />}
          onClick={onGo}
        >
          到{item.sourceName ?? '外部系统'}
          {verb}
        </Button>
        <span className="qt-small qt-quiet where">在新标签页打开 {address.host}</span>
      </>
    )
  const inside = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    go()
  }
  return (
    <Button type={type} href={address.own} onClick={inside}>
      去{verb}
    </Button>
  )
}
