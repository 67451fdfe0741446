import { useEffect } from 'react'
import { download, Empty } from '#kernel/contract'
import { createClient } from '#kernel/web'
import { toast } from './toast.tsx'

// the slowest answer has begun by then, and taking the frame away stops nothing that has begun
const FORGET_MS = 10 * 60_000

/** The browser fetches the file by itself, of any size; `refused` is called when no file comes. */
function start(address: string, refused: () => void): void {
  const frame = document.createElement('iframe')
  frame.hidden = true
  // a file leaves the frame as it is; a problem loads in it, or is kept from loading by the server's headers
  frame.addEventListener('load', () => {
    frame.remove()
    refused()
  })
  frame.src = address
  document.body.append(frame)
  setTimeout(() => frame.remove(), FORGET_MS)
}

/** Asked again as a call, which says why there is no file; where a factor was missing, it is shown and the file comes. */
async function explain(address: string): Promise<void> {
  const { file } = createClient({ file: download(address, { summary: '下载', permission: 'signed-in', input: Empty }) })
  try {
    const answer = await file()
    await answer.body?.cancel()
    start(address, () => toast.failed('文件没有取到，请稍后再试。'))
  } catch (error) {
    toast.error(error)
  }
}

/** For the whole page: a link to a file of the API that the server refuses says why, instead of failing silently among the browser's downloads. */
export function useDownloads(): void {
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest('a') : null
      if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || link.target !== '')
        return
      if (link.origin !== location.origin || !link.pathname.startsWith('/api/')) return
      event.preventDefault()
      const address = link.pathname + link.search
      start(address, () => void explain(address))
    }
    document.addEventListener('click', onClick)
    return () => document.removeEventListener('click', onClick)
  }, [])
}
