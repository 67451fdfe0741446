import { useState } from 'react'
import { useUrlState } from '../use-url-state.ts'

const STEP = { step: '' }

/** The step of a long form, in the address so that the back button goes one step back. */
export function useSteps(stepped: boolean): [step: number, goTo: (step: number) => void] {
  const [url, change] = useUrlState(STEP)
  // an address cannot jump over steps that were never checked in this visit
  const [reached, setReached] = useState(0)
  const goTo = (next: number) => {
    setReached((old) => Math.max(old, next))
    change({ step: next === 0 ? '' : String(next) }, { push: true })
  }
  return [stepped ? Math.max(0, Math.min(Math.trunc(Number(url.step)) || 0, reached)) : 0, goTo]
}
