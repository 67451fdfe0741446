import { useBlocker } from '@tanstack/react-router'
import { Modal } from 'antd'

/**
 * Asks before unsaved work is left by a link, the back button or a closed tab.
 * Render what it returns: `const guard = useLeaveGuard(dirty)` … `{guard}`.
 */
export function useLeaveGuard(dirty: boolean, kept = '您填写的内容还没有提交。') {
  const blocker = useBlocker({
    // the same page with another query (a step, a filter) is not left
    shouldBlockFn: ({ current, next }) => dirty && current.pathname !== next.pathname,
    enableBeforeUnload: dirty,
    withResolver: true,
  })
  if (blocker.status !== 'blocked') return null
  return (
    <Modal
      open
      title="离开这个页面？"
      okText="离开"
      cancelText="继续填写"
      onOk={blocker.proceed}
      onCancel={blocker.reset}
    >
      {kept}
    </Modal>
  )
}
