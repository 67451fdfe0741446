import { Button, type ButtonProps } from 'antd'
import type { MouseEvent } from 'react'
import { createClient } from '#kernel/web'
import { identityApi } from '#platform/identity/contract'
import { toast } from './toast.tsx'

const { fresh } = createClient({ fresh: identityApi.fresh })

/** A file that wants a factor shown before it leaves: the question comes first, then the browser fetches it as it does any file. */
export function DownloadButton({ href, ...rest }: ButtonProps) {
  if (!href) return <Button {...rest} disabled />
  const take = async (event: MouseEvent) => {
    event.preventDefault()
    try {
      await fresh()
    } catch (error) {
      return toast.error(error)
    }
    const link = document.createElement('a')
    link.href = href
    link.download = ''
    link.click()
  }
  return <Button {...rest} href={href} download onClick={(event) => void take(event)} />
}
