import type { ReactNode } from 'react'
import './marks.css'

export type LightState = 'ok' | 'warn' | 'over' | 'off'

const shapes: Record<LightState, ReactNode> = {
  ok: <circle cx="5" cy="5" r="4" />,
  warn: <path d="M5 1 9.5 9h-9z" />,
  over: <path d="M5 .5 9.5 5 5 9.5.5 5z" />,
  off: <circle cx="5" cy="5" r="3.4" />,
}

/** ● 正常 ▲ 临期 ◆ 超期 ○ 不在: never the colour alone; the words say it. */
export function Light({ state, children }: { state: LightState; children: ReactNode }) {
  return (
    <span className={`qt-light ${state}`}>
      <svg viewBox="0 0 10 10" aria-hidden="true">
        {shapes[state]}
      </svg>
      {children}
    </span>
  )
}
