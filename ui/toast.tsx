import { ApiError } from '#kernel/web'
import { Icon } from './Icon.tsx'
import { createStore, useStore } from './store.ts'

interface Toast {
  id: number
  kind: 'ok' | 'over'
  text: string
  /** the number a help desk asks for */
  instance?: string
}

const toasts = createStore<readonly Toast[]>([])
let last = 0
const STAYS_MS = 4000

function show(toast: Omit<Toast, 'id'>): void {
  const id = ++last
  toasts.set((old) => [...old.slice(-2), { id, ...toast }])
  // an error stays until it is read and closed
  if (toast.kind === 'ok') setTimeout(() => dismiss(id), STAYS_MS)
}
const dismiss = (id: number) => toasts.set((old) => old.filter((toast) => toast.id !== id))

/** Says what happened in one sentence: `toast.done('通知已发布给 42 个单位')`. Not for what is visible anyway. */
export const toast = {
  done: (text: string) => show({ kind: 'ok', text }),
  failed: (text: string) => show({ kind: 'over', text }),
  /** an error of a call, with its help-desk number */
  error(error: unknown) {
    if (error instanceof ApiError) show({ kind: 'over', text: error.detail, instance: error.instance })
    else show({ kind: 'over', text: '页面出了问题，这一步没有完成。请刷新后再试。' })
  },
}

/** Where toasts appear; a polite live region that is always in the page, so that screen readers hear them. */
export function Toasts() {
  const list = useStore(toasts)
  return (
    <div className="qt-toasts" role="status" aria-live="polite">
      {list.map((toast) => (
        <div key={toast.id} className={`qt-toast qt-toast-${toast.kind}`}>
          <Icon name={toast.kind === 'ok' ? 'check' : 'warning'} />
          <span>
            {toast.text}
            {toast.instance && <small>问题编号 {toast.instance}</small>}
          </span>
          <button type="button" className="qt-ib" aria-label="关闭提示" onClick={() => dismiss(toast.id)}>
            <Icon name="close" size={16} />
          </button>
        </div>
      ))}
    </div>
  )
}
