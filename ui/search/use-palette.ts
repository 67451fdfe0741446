import { keepPreviousData, useQueries } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { useShell } from '../shell/context.ts'
import type { MenuItem } from '../web-module.ts'
import { matchCommands } from './palette-model.ts'
import { readRecent } from './recent.ts'
import type { Command, SearchGroup, SearchProvider } from './types.ts'

export interface Tab {
  id: string
  title: string
  hint?: string
  groups: SearchGroup[]
  pending: boolean
  error: unknown
}

export function useDebounced<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}

const TYPING_MS = 120

/** All kinds at once: each provider's answer, and the pages and commands that match. */
export function usePalette(
  q: string,
  providers: readonly SearchProvider[],
  commands: readonly Command[],
  menu: readonly MenuItem[],
): Tab[] {
  const settled = useDebounced(q.trim(), TYPING_MS)
  const answers = useQueries({
    queries: providers.map((provider) => ({
      queryKey: ['global-search', provider.id, settled],
      queryFn: ({ signal }: { signal: AbortSignal }) => provider.search(settled, signal),
      enabled: settled !== '',
      placeholderData: keepPreviousData,
    })),
  })
  const pages = useMemo<Command[]>(
    () => menu.map((item) => ({ id: `page.${item.key}`, title: item.title, action: { label: '打开', to: item.path } })),
    [menu],
  )
  const own = matchCommands([...pages, ...commands], q.trim())
  const { personId } = useShell().session
  const recentItems = readRecent(personId).map((one) => ({ ...one, enter: { label: '打开', to: one.to } }))
  const commandTab: Tab = {
    id: 'command',
    title: '应用和命令',
    groups: [
      ...(q.trim() === '' && recentItems.length > 0 ? [{ title: '最近打开', items: recentItems }] : []),
      ...(own.length > 0 ? [{ title: '应用和命令', items: own }] : []),
    ],
    pending: false,
    error: undefined,
  }
  if (q.trim() === '') return [{ ...commandTab, title: '最近和应用' }]
  const tabs = providers.map((provider, at) => {
    const answer = answers[at]
    const { id, title, hint } = provider
    return { id, title, hint, groups: answer?.data ?? [], pending: answer?.isPending ?? false, error: answer?.error }
  })
  return [...tabs, commandTab]
}
