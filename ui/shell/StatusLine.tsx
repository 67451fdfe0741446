import { useRealtimeStatus } from '#kernel/web'
import { useStatusText } from '../status-line.ts'
import { useOnline } from './use-online.ts'

/** The thin line at the foot: demo data at the left; connection, then age of the data at the right. */
export function StatusLine({ demo }: { demo: boolean }) {
  const text = useStatusText()
  const online = useOnline()
  const realtime = useRealtimeStatus()
  const lost = !online ? '网络已断开' : realtime === 'lost' ? '实时提醒已断开，正在重连' : undefined
  return (
    <footer className="qt-foot">
      <span>{demo ? '演示数据，人员均为虚构' : ''}</span>
      <span className={lost ? 'lost' : undefined} role="status">
        {lost ?? text}
      </span>
    </footer>
  )
}
