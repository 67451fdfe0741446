import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { ApiError, createClient } from '#kernel/web'
import { type SearchGroup as Answer, searchApi } from '#platform/search/contract'
import { useShell } from '../shell/context.ts'
import type { MenuItem } from '../web-module.ts'
import { groupsOf } from './answer.ts'
import { matchCommands } from './palette-model.ts'
import { readRecent } from './recent.ts'
import type { Command, SearchGroup } from './types.ts'

const client = createClient(searchApi)

export interface Tab {
  id: string
  title: string
  hint?: string
  groups: SearchGroup[]
  pending: boolean
  /** what the person is told when this kind has no answer */
  fault?: string
}

export interface PaletteSource {
  commands: readonly Command[]
  menu: readonly MenuItem[]
  /** ids of records opened lately, beside those opened from this box */
  recent: () => readonly string[]
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
const RECENT = 50

/** All kinds at once: what the server's providers found, then the pages and commands that match. */
export function usePalette(q: string, { commands, menu, recent }: PaletteSource): Tab[] {
  const { personId } = useShell().session
  const typed = q.trim()
  const settled = useDebounced(typed, TYPING_MS)
  const opened = readRecent(personId)
  const found = useQuery({
    // what was opened since changes the order
    queryKey: [...client.search.key, settled, opened[0]?.id ?? ''],
    queryFn: ({ signal }) => {
      const ids = new Set([...opened.map(({ id }) => id), ...recent()])
      return client.search({ q: settled, recent: [...ids].slice(0, RECENT) }, { signal })
    },
    enabled: settled !== '',
    placeholderData: keepPreviousData,
  })
  const pages = useMemo<Command[]>(
    () => menu.map((item) => ({ id: `page.${item.key}`, title: item.title, action: { label: '打开', to: item.path } })),
    [menu],
  )
  const own = matchCommands([...pages, ...commands], typed)
  const ownGroups = own.length > 0 ? [{ title: '应用和命令', items: own }] : []
  if (typed === '') {
    const items = opened.map((one) => ({ ...one, enter: { label: '打开', to: one.to } }))
    const recentGroups = items.length > 0 ? [{ title: '最近打开', items }] : []
    return [{ id: 'command', title: '最近和应用', groups: [...recentGroups, ...ownGroups], pending: false }]
  }
  const kinds = found.data?.groups.map((group) => tabOf(group, typed)) ?? []
  const commandTab: Tab = { id: 'command', title: '应用和命令', groups: ownGroups, pending: false }
  if (kinds.length > 0) return [...kinds, commandTab]
  return [{ id: 'all', title: '内容', groups: [], pending: !found.isError, fault: told(found.error) }, commandTab]
}

const tabOf = ({ id, title, hint, unavailable, detail, ...answer }: Answer, q: string): Tab => ({
  id,
  title,
  hint,
  groups: groupsOf({ title, ...answer }, q),
  pending: false,
  fault: unavailable ? (detail ?? `${title}这会儿没有查到结果，请稍后再试。`) : undefined,
})

const told = (error: unknown): string | undefined =>
  error instanceof ApiError ? error.detail : error ? '这会儿没有查到结果，请稍后再试。' : undefined
