import { Icon } from '../Icon.tsx'
import { useOnline } from './use-online.ts'

/** Says at once that the network is gone and what still works. */
export function OfflineBanner() {
  const online = useOnline()
  return (
    <div role="status">
      {!online && (
        <div className="qt-banner">
          <Icon name="offline" />
          网络已断开。您看到的是断开前的内容；提交的操作会排队，网络恢复后自动发出，请不要关闭页面。
        </div>
      )}
    </div>
  )
}
