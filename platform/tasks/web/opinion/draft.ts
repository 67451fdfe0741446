import type { PersonRef } from '#ui'
import type { OpinionExtras, OpinionFile } from '../../contract.ts'

/** An opinion while it is written: the text, and on the server the draft that holds handwriting and files. */
export interface OpinionDraft {
  text: string
  draftId?: string
  handwritten: boolean
  files: readonly OpinionFile[]
  mentions: readonly PersonRef[]
}
export const noOpinion: OpinionDraft = { text: '', handwritten: false, files: [], mentions: [] }

/** Whether there is something that counts as an opinion where one is required. */
export const isWritten = ({ text, handwritten }: OpinionDraft): boolean => text.trim() !== '' || handwritten

/** What a command is told beside the text; nothing when the text is all there is. */
export const extrasOf = ({ draftId, handwritten, files, mentions }: OpinionDraft): OpinionExtras | undefined => {
  const kept = handwritten || files.length > 0 ? draftId : undefined
  if (!kept && mentions.length === 0) return undefined
  return { ...(kept && { draftId: kept }), ...(mentions.length > 0 && { mentions: mentions.map(({ id }) => id) }) }
}

/** A phrase behind what is there; a sentence that is there already is not said twice. */
export const withPhrase = (text: string, phrase: string): string =>
  text.trim() === '' ? phrase : text.endsWith(phrase) ? text : `${text}${phrase}`
