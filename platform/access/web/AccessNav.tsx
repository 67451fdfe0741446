import { SectionNav } from '#ui'
import './access.css'

const pages = [
  { to: '/access', title: '策略版本' },
  { to: '/access/decisions', title: '最近的决定' },
  { to: '/access/zones', title: '网络区域' },
] as const

/** From one page of the access policies to the next. */
export const AccessNav = () => <SectionNav label="访问策略" pages={pages} />
