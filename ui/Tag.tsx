import type { ReactNode } from 'react'
import './marks.css'

/** A quiet label of a kind or a state. */
export function Tag({
  tone = 'plain',
  children,
}: {
  tone?: 'plain' | 'primary' | 'ok' | 'warn' | 'over'
  children: ReactNode
}) {
  return <span className={`qt-tag ${tone}`}>{children}</span>
}
