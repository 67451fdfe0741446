import { useState } from 'react'
import type { FormValues } from './types.ts'
import { useDraft } from './use-draft.ts'

/** What is typed, whether it differs from what was there, and the draft behind it. */
export function useValues(formId: string, initial: FormValues, secret: readonly string[]) {
  const [values, setValues] = useState(initial)
  const [dirty, setDirty] = useState(false)
  const draft = useDraft(formId, values, dirty, secret)
  const [restored, setRestored] = useState<string>()
  const [looked, setLooked] = useState(false)
  if (!looked) {
    // once, while the first rendering is still under way
    setLooked(true)
    if (draft.restored) {
      setRestored(draft.restored.at)
      setValues({ ...initial, ...draft.restored.values })
      setDirty(true)
    }
  }
  return {
    values,
    dirty,
    draftSaid: draft.said,
    restoredAt: restored,
    set(name: string, value: unknown) {
      setValues((old) => ({ ...old, [name]: value }))
      setDirty(true)
    },
    /** it was accepted: nothing is left to keep */
    settle() {
      draft.drop()
      setDirty(false)
    },
    startAnew() {
      draft.drop()
      setValues(initial)
      setDirty(false)
      setRestored(undefined)
    },
  }
}
