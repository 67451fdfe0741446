import { Button } from 'antd'
import { ApiError } from '#kernel/web'
import { Icon } from './Icon.tsx'
import { Denied, NoPermission } from './NoPermission.tsx'
import './states.css'

interface Said {
  title: string
  detail: string
  /** the number to tell the help desk */
  number: string
}

const titles: Readonly<Record<string, string>> = { offline: '网络连接不上', 'step-up': '需要再次确认是您本人' }

/** What happened, in words of the person, and the help-desk number. Faults of the page itself get a local number. */
export function sayError(error: unknown, now: Date = new Date()): Said {
  if (error instanceof ApiError) {
    const title = titles[error.code] ?? (error.status === 404 ? '没有找到' : '没有取到内容')
    return { title, detail: error.detail, number: error.instance }
  }
  const chunk = /dynamically imported module|module script failed|Loading chunk/i.test(String(error))
  if (chunk) return { title: '页面已经更新', detail: '请重新加载，您已保存的草稿不会丢失。', number: '' }
  return {
    title: '这个页面出了问题',
    detail: '已经提交的内容没有丢失。请重试；仍不行，请把下面的编号告诉管理员。',
    number: `P-${now.getTime().toString(36).toUpperCase()}`,
  }
}

/** What happened, whether anything was lost, what to do, and a number for the help desk. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (error instanceof ApiError && error.code === 'forbidden') return <NoPermission detail={error.detail} />
  const { title, detail, number } = sayError(error)
  const retry = onRetry ?? (() => location.reload())
  if (error instanceof ApiError && error.code === 'denied')
    return <Denied reason={detail} number={number} onRetry={retry} />
  return (
    <div className="qt-state" role="alert">
      <Icon name={error instanceof ApiError && error.code === 'offline' ? 'offline' : 'warning'} size={32} />
      <h2>{title}</h2>
      <p>{detail}</p>
      {number && <p className="qt-tiny qt-quiet">问题编号 {number}</p>}
      <Button onClick={retry}>{onRetry ? '重试' : '重新加载'}</Button>
    </div>
  )
}
