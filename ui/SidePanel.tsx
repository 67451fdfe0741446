import { type ReactNode, useEffect, useRef } from 'react'
import { Icon } from './Icon.tsx'
import { usePhone } from './preferences.ts'
import { useSwipe } from './use-swipe.ts'
import './side-panel.css'

interface Props {
  /** what is shown: the name of the record */
  title: ReactNode
  onClose: () => void
  /** buttons that stay at the foot */
  actions?: ReactNode
  children: ReactNode
}

/** The right pane of a list (376 px); on the phone a page of its own. Esc closes it. */
export function SidePanel({ title, onClose, actions, children }: Props) {
  const panel = useRef<HTMLElement>(null)
  const phone = usePhone()
  const swipe = useSwipe({ right: onClose })
  useEffect(() => {
    // on the phone the panel covers the list, so the reader must be taken to it
    if (panel.current && getComputedStyle(panel.current).position === 'fixed') panel.current.focus()
  }, [])
  return (
    <aside
      ref={panel}
      {...(phone ? swipe : {})}
      className="qt-panel"
      tabIndex={-1}
      aria-label="详情"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose()
      }}
    >
      <header>
        <button type="button" className="qt-ib back" aria-label="返回列表" onClick={onClose}>
          <Icon name="chevronLeft" size={24} />
        </button>
        <h2>{title}</h2>
        <button type="button" className="qt-ib close" aria-label="关闭详情" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must be able to reach it (WCAG 2.1.1) */}
      <div className="body" tabIndex={0}>
        {children}
      </div>
      {actions && <footer>{actions}</footer>}
    </aside>
  )
}
