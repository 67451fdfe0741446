import { toast } from '#ui'

/** Puts text on the clipboard and says so. Inside an office network pages are often plain http, where the modern way is closed. */
export async function copy(text: string, what: string): Promise<void> {
  const done = await navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  )
  if (done || copyBySelection(text)) toast.done(`已复制${what}`)
  else toast.failed('这台设备不允许复制，请选中文字后按 Ctrl+C。')
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.style.cssText = 'position:fixed;opacity:0'
  const before = document.activeElement
  document.body.append(area)
  area.select()
  // the only way left without https; no replacement exists there
  const done = document.execCommand('copy')
  area.remove()
  if (before instanceof HTMLElement) before.focus()
  return done
}
