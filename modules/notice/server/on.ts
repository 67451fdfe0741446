import { on, type SystemCtx } from '#kernel/module'
import { attachmentsRemoved, noticePublished, noticeWithdrawn } from '../contract.ts'

/** Whoever is connected reads the list again; that decides who sees what. */
const hint = async ({ kernel }: SystemCtx): Promise<void> => kernel.realtime.toAll('notice')

export const consumers = [
  on(noticePublished, 'notice.hint-published', hint),
  on(noticeWithdrawn, 'notice.hint-withdrawn', hint),
  on(attachmentsRemoved, 'notice.remove-files', async ({ kernel }, { fileIds }) => {
    for (const id of fileIds) await kernel.files.remove(id)
  }),
]
