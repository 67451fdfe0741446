import { createContext, useContext } from 'react'
import type { WebModule } from '../web-module.ts'

export interface ShellSession {
  personId: string
  name: string
  unitName: string
  orgName: string
  permissions: readonly string[]
  /** what stands across pages of personal data */
  watermark: string
  demo: boolean
  version: string
}

export interface FeedbackInput {
  kind: '投诉' | '建议' | '求助'
  text: string
  /** how to answer; empty when the person wants none */
  contact: string
  /** where in the product it was written */
  path: string
}

export interface Shell {
  session: ShellSession
  /** what every module and service gives to the browser: for pages that gather, the inbox and the workbench */
  modules: readonly WebModule[]
  openSearch: () => void
  openFeedback: () => void
  openKeys: () => void
  signOut: () => void
}

export const ShellContext = createContext<Shell | undefined>(undefined)

/** The frame around the page: who is signed in, and the doors that every page may open. */
export function useShell(): Shell {
  const shell = useContext(ShellContext)
  if (!shell) throw new Error('useShell outside AppShell')
  return shell
}

/** The same, also for pieces that are shown on public pages without a frame. */
export const useShellIfAny = (): Shell | undefined => useContext(ShellContext)

/** What the signed-in person may do: `const can = useCan()`, then `can('notice:publish')`. */
export function useCan(): (permission: string) => boolean {
  const permissions = useContext(ShellContext)?.session.permissions ?? []
  return (permission) => permissions.includes(permission)
}
