import { useCallback, useEffect, useRef, useState } from 'react'
import { ApiError } from '#kernel/web'
import type { Checked, Content, Draft } from '../../contract/designing.ts'
import { designs } from '../client.ts'

export interface Saving {
  state: 'saved' | 'waiting' | 'saving' | 'offline' | 'refused'
  checked: Checked
  /** somebody else saved meanwhile: nothing of ours is written until the newest is loaded */
  conflict?: string
  /** why the server did not take it */
  refusal?: string
}

const PAUSE_MS = 700
const AGAIN_MS = 5_000

/** What a save that failed means for what comes. */
const fateOf = (error: unknown): Pick<Saving, 'state' | 'conflict' | 'refusal'> => {
  const problem = error instanceof ApiError ? error : undefined
  if (problem?.code === 'draft-changed') return { state: 'refused', conflict: problem.detail }
  if (problem?.code === 'offline') return { state: 'offline' }
  return { state: 'refused', refusal: problem?.detail ?? '没有保存成功，请再试一次。' }
}

/** Saves what was changed after a short pause, one request after the other; `flush` waits until all is there. */
export function useSaving(draft: Draft) {
  const [saving, setSaving] = useState<Saving>({ state: 'saved', checked: draft })
  const pending = useRef<Content>(undefined)
  const running = useRef<Promise<void>>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const revision = useRef(draft.revision)
  const stopped = useRef(false)

  const send = useCallback(async (): Promise<void> => {
    clearTimeout(timer.current)
    if (running.current) await running.current
    const content = pending.current
    if (!content || stopped.current) return
    pending.current = undefined
    setSaving((old) => ({ ...old, state: 'saving', refusal: undefined }))
    running.current = designs
      .saveDraft({ id: draft.id, revision: revision.current, content })
      .then((checked) => {
        revision.current = checked.revision
        setSaving({ state: pending.current ? 'waiting' : 'saved', checked })
      })
      .catch((error: unknown) => {
        const fate = fateOf(error)
        if (fate.conflict) stopped.current = true
        else pending.current ??= content
        if (fate.state === 'offline') timer.current = setTimeout(() => void send(), AGAIN_MS)
        setSaving((old) => ({ ...old, ...fate }))
      })
      .finally(() => {
        running.current = undefined
      })
    await running.current
  }, [draft.id])

  const save = useCallback(
    (content: Content) => {
      if (stopped.current) return
      pending.current = content
      setSaving((old) => ({ ...old, state: 'waiting' }))
      clearTimeout(timer.current)
      timer.current = setTimeout(() => void send(), PAUSE_MS)
    },
    [send],
  )
  // leaving the page: what was typed last goes out without the pause
  useEffect(() => () => void send(), [send])

  useCloseWarning(saving.state !== 'saved')

  const flush = useCallback(async (): Promise<boolean> => {
    if (running.current) await running.current
    await send()
    return pending.current === undefined && !stopped.current
  }, [send])
  return { saving, save, flush, revision: () => revision.current }
}

/** A closed tab would lose what is not saved yet. */
const useCloseWarning = (dirty: boolean): void =>
  useEffect(() => {
    if (!dirty) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [dirty])
