import { useEffect, useEffectEvent, useRef, useState } from 'react'

// browsers refuse addresses that change with every letter
const SETTLED_MS = 400

/** What is typed in the box: at once on the screen, a moment later in the address, and back from it. */
export function useTyped(inAddress: string, onSettled: (q: string) => void): [string, (q: string) => void] {
  const [typed, setTyped] = useState(inAddress)
  const written = useRef(inAddress)
  const settle = useEffectEvent(onSettled)
  useEffect(() => {
    if (inAddress === written.current) return
    written.current = inAddress
    setTyped(inAddress)
  }, [inAddress])
  useEffect(() => {
    if (typed === written.current) return
    const timer = setTimeout(() => {
      written.current = typed
      settle(typed)
    }, SETTLED_MS)
    return () => clearTimeout(timer)
  }, [typed])
  return [typed, setTyped]
}
