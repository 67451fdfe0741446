import { useRef } from 'react'
import { useCommand } from '#kernel/web'
import type { Ink, OpinionFile } from '../../contract.ts'
import { tasks } from '../client.ts'
import type { OpinionDraft } from './draft.ts'

/** The draft on the server behind an opinion: begun with the first file or stroke, never for a text alone. */
export function useOpinion(value: OpinionDraft, onChange: (change: (old: OpinionDraft) => OpinionDraft) => void) {
  const none = { invalidates: [] }
  const begin = useCommand(tasks.draftOpinion, none)
  const attach = useCommand(tasks.attachToOpinion, none)
  const detach = useCommand(tasks.detachFromOpinion, none)
  const setInk = useCommand(tasks.setOpinionInk, none)
  // two files dropped at once begin one draft
  const beginning = useRef<Promise<string>>(undefined)
  const draftId = async (): Promise<string> => {
    if (value.draftId) return value.draftId
    beginning.current ??= begin.mutateAsync({}).then(({ id }) => id)
    try {
      return await beginning.current
    } catch (error) {
      beginning.current = undefined
      throw error
    }
  }
  return {
    busy: attach.isPending || setInk.isPending || begin.isPending,
    async attach(file: File) {
      const id = await draftId()
      const kept = await attach.mutateAsync({ id, file })
      onChange((old) => ({ ...old, draftId: id, files: [...old.files, kept] }))
    },
    async detach({ id: fileId }: OpinionFile) {
      await detach.mutateAsync({ id: await draftId(), fileId })
      onChange((old) => ({ ...old, files: old.files.filter(({ id }) => id !== fileId) }))
    },
    async write(ink: Ink | null) {
      const id = await draftId()
      await setInk.mutateAsync({ id, ink })
      onChange((old) => ({ ...old, draftId: id, handwritten: ink !== null }))
    },
  }
}
