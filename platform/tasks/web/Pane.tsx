import type { ReactNode } from 'react'
import { Icon, useSwipe } from '#ui'

export interface PaneProps {
  id: string
  onClose: () => void
  /** the next one, this one left as it is */
  onNext: () => void
  /** this one is done with */
  onDone: () => void
  onMatter: (matter: string) => void
}

/** The right pane; on the phone a page of its own, left by a swipe or the button. */
export function Pane({
  label,
  onClose,
  onNext,
  children,
}: Pick<PaneProps, 'onClose' | 'onNext'> & { label: string; children: ReactNode }) {
  const swipe = useSwipe({ right: onClose, left: onNext })
  return (
    <article className="tk-pane" aria-label={label} {...swipe}>
      <div className="tk-back">
        <button type="button" className="qt-plain" onClick={onClose}>
          <Icon name="chevronLeft" />
          返回列表
        </button>
        <button type="button" className="qt-plain" onClick={onNext}>
          下一件
          <Icon name="chevronRight" />
        </button>
      </div>
      {children}
    </article>
  )
}

/** Label and value of one line; nothing for what is not known. */
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  if (children === null || children === undefined) return null
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  )
}
