import type { ComponentType } from 'react'
import type { ListCall } from '#kernel/web'
import type { IconName } from './Icon.tsx'
import type { LightState } from './Light.tsx'
import type { Command } from './search/types.ts'

/** What a module or service gives to the browser: `web/index.ts` exports one as `webModule`. */
export interface WebModule {
  name: string
  routes: readonly RouteDef[]
  menu?: readonly MenuItem[]
  /** ids of records this browser remembers the account to have opened, newest first: the global search box puts them first */
  recent?: (personId: string) => readonly string[]
  /** what the command palette offers beside the pages of the menu */
  commands?: readonly Command[]
  /** what the workbench shows of this module */
  cards?: readonly CardDef[]
  /** lists that stand in the inbox beside 待办: 我发起, 我关注 */
  inboxViews?: readonly InboxView[]
  /** what shows a task of this service in the right pane of the inbox, with its own actions */
  inboxBodies?: readonly InboxBody[]
  /** at sign-out: removes what this module keeps in the browser */
  forget?: () => Promise<void>
}

export interface RouteDef {
  /** `/notices`, `/notices/$id` */
  path: string
  /** `() => import('./NoticesPage.tsx').then((m) => m.NoticesPage)` */
  lazy: () => Promise<ComponentType>
  /** the document's title until the page says a better one */
  title: string
  /** a page nobody without it may open; the server decides again for each call */
  permission?: string
  /** opened without signing in, outside the frame */
  public?: boolean
}

export interface MenuItem {
  key: string
  title: string
  icon: IconName
  path: string
  /** small first; 消息 10, 待办 20, 工作台 30, 公文 40, 办件 50, 通讯录 60, 日程 70, 数据 80 */
  order: number
  /** also in the bottom bar of the phone */
  phone?: boolean
  permission?: string
  /** a hook: how many wait for the person; nothing is shown for 0 or undefined */
  useCount?: () => number | undefined
}

export interface CardDef {
  key: string
  title: string
  order: number
  /** the page behind the card, as a link at its title */
  path?: string
  /** what that page's address asks for */
  search?: Record<string, string>
  linkTitle?: string
  lazy: () => Promise<ComponentType>
  /** `full` takes the whole width, `half` (the default) shares it, `side` stands in the right column */
  place?: 'full' | 'half' | 'side'
  permission?: string
  /** not shown until a unit or a person puts it somewhere */
  optional?: true
}

/** A list that a service adds to the inbox; the inbox brings panes, search, paging, keys and the phone. */
export interface InboxView {
  /** as the address names it: `/tasks?kind=started` */
  key: string
  title: string
  /** among the views, small first */
  order: number
  permission?: string
  /** a hook: how many there are; nothing is shown for 0 or undefined */
  useCount?: () => number | undefined
  lazy: () => Promise<InboxParts>
}

export interface InboxParts {
  /** rows page by page, asked with `q` */
  call: ListCall<unknown>
  /** how a row is shown */
  line(row: unknown): InboxLine
  /** what the right pane shows of one row */
  Body: ComponentType<{ id: string; onClose: () => void }>
  empty: { title: string; detail: string }
}

export interface InboxLine {
  id: string
  title: string
  /** under the title */
  meta: string
  light?: { state: LightState; words: string }
  /** moment shown at the right */
  at: string
}

export interface InboxBody {
  /** as the service names itself to `openTask` */
  source: string
  lazy: () => Promise<ComponentType<InboxBodyProps>>
}

export interface InboxBodyProps {
  taskId: string
  /** the number the service gave to `openTask` */
  reference: string
  /** it was handled: the inbox reads itself again and opens the next one */
  onDone: () => void
}

/** Whether somebody with these permissions may see an entry. */
export const allowed = (entry: { permission?: string }, permissions: readonly string[]): boolean =>
  entry.permission === undefined || permissions.includes(entry.permission)
