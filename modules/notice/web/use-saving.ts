import { useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { z } from 'zod'
import { ATTACHMENT_BYTES, ATTACHMENTS, type Notice, NoticeContent, NoticeKind } from '../contract.ts'
import { notices } from './client.ts'

/** The form asks for what sending on will need; what is half written the browser keeps. */
export const NoticeForm = NoticeContent.extend({
  kind: NoticeKind,
  body: NoticeContent.shape.body.unwrap().min(1),
  audience: NoticeContent.shape.audience.unwrap().min(1),
  files: z.array(z.instanceof(File)).default([]),
})

/** Saves the content, then the files one by one. Sent again after a failure it goes on where it stopped. */
export function useSaving(notice: Notice | undefined) {
  const queries = useQueryClient()
  const saved = useRef(notice)
  const sent = useRef(new Set<File>())
  const save = async ({ files, ...content }: z.output<typeof NoticeForm>): Promise<Notice> => {
    const known = saved.current
    const next = known
      ? await notices.edit({ ...content, id: known.id, revision: known.revision })
      : await notices.create(content)
    saved.current = next
    for (const file of files) {
      if (sent.current.has(file)) continue
      await notices.attach({ id: next.id }, { file })
      sent.current.add(file)
    }
    await queries.invalidateQueries({ queryKey: notices.open.key.slice(0, 1) })
    return next
  }
  const room = { most: ATTACHMENTS - (notice?.attachments.length ?? 0), maxBytes: ATTACHMENT_BYTES }
  return { save, room }
}
