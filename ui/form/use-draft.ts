import { useEffect, useEffectEvent, useState } from 'react'
import { time } from '../format.ts'
import { useShellIfAny } from '../shell/context.ts'
import { dropDraft, readDraft, writeDraft } from './drafts.ts'
import type { FormValues } from './types.ts'

const SAVE_AFTER_MS = 800

/** Keeps what is typed in this browser, by person and form, without the secret fields; says when. */
export function useDraft(formId: string, values: FormValues, dirty: boolean, secret: readonly string[]) {
  const personId = useShellIfAny()?.session.personId ?? 'visitor'
  const [restored] = useState(() => readDraft(personId, formId, new Date()))
  const [said, setSaid] = useState('')
  const save = useEffectEvent(() => {
    const now = new Date()
    const open = Object.fromEntries(Object.entries(values).filter(([name]) => !secret.includes(name)))
    const kept = writeDraft(personId, formId, open, now)
    setSaid(kept ? `草稿已自动保存 ${time(now)}` : '这台设备存不下草稿，离开前请先提交')
  })
  useEffect(() => {
    if (!dirty || values === undefined) return
    const timer = setTimeout(save, SAVE_AFTER_MS)
    return () => clearTimeout(timer)
  }, [dirty, values])
  return {
    restored,
    said,
    drop: () => {
      dropDraft(personId, formId)
      setSaid('')
    },
  }
}
