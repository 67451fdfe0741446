import { Button } from 'antd'
import { useRef } from 'react'
import { useCommand } from '#kernel/web'
import { format, toast } from '#ui'
import { type AppDetail, ICON_BYTES } from '../contract.ts'
import { apps } from './client.ts'

/** The picture of the application; seen by everybody at once, no approval needed. */
export function IconButton({ app }: { app: AppDetail }) {
  const input = useRef<HTMLInputElement>(null)
  const set = useCommand(apps.setIcon)
  const choose = (file: File | undefined) => {
    if (!file) return
    if (file.size > ICON_BYTES) toast.failed(`图标最多 ${format.bytes(ICON_BYTES)}，请压缩后再传。`)
    else set.mutate({ id: app.id, file })
  }
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept="image/png,image/jpeg,image/webp"
        aria-label="图标文件"
        onChange={(event) => {
          choose(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      <Button size="small" loading={set.isPending} onClick={() => input.current?.click()}>
        {app.iconId ? '换图标' : '上传图标'}
      </Button>
    </>
  )
}
