import { Button } from 'antd'
import { useCommand } from '#kernel/web'
import { usePhone } from '#ui'
import type { MyApp } from '../contract.ts'
import { apps } from './client.ts'

/** Opens the application: on the phone signed in already, by a code that is good once; at the desk in a tab of its own. */
export function OpenButton({ app, primary }: { app: MyApp; primary?: boolean }) {
  const phone = usePhone()
  const code = useCommand(apps.oneTimeCode, { onSuccess: ({ url }) => location.assign(url) })
  const type = primary ? 'primary' : 'default'
  if (phone && app.phoneUrl)
    return (
      <Button
        type={type}
        loading={code.isPending}
        aria-label={`打开${app.name}`}
        onClick={() => code.mutate({ id: app.id })}
      >
        打开
      </Button>
    )
  const href = app.desktopUrl ?? app.phoneUrl
  if (!href) return null
  return (
    <Button type={type} href={href} target="_blank" rel="noopener" aria-label={`打开${app.name}，在新标签页`}>
      打开
    </Button>
  )
}
