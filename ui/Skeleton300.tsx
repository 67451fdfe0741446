import { useEffect, useState } from 'react'
import './states.css'

const WAIT_MS = 300

/** True once `ms` have passed: what comes back sooner needs no sign of waiting. */
export function useLate(ms = WAIT_MS): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), ms)
    return () => clearTimeout(timer)
  }, [ms])
  return late
}

const widths = ['38%', '82%', '64%', '90%', '52%', '74%']

/** The shape of what is coming, shown only when it takes longer than 300 ms. */
export function Skeleton300({ lines = 6 }: { lines?: number }) {
  const late = useLate()
  return (
    <div aria-busy="true">
      {late && (
        <div className="qt-skeleton">
          <span className="qt-hidden">正在读取</span>
          {Array.from({ length: lines }, (_, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no identity and never move
            <i key={at} style={{ width: widths[at % widths.length] }} />
          ))}
        </div>
      )}
    </div>
  )
}
