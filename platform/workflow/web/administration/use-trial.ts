import { useRef, useState } from 'react'
import { ApiError } from '#kernel/web'
import { toast } from '#ui'
import { cases } from '../client.ts'

type Answer = Awaited<ReturnType<typeof cases.tryMigration>>
export interface Trial {
  looked: number
  ready: number
  /** the first of those that cannot be moved */
  blocked: Answer['blocked']
}
const SHOWN = 100

/** Tries a migration page after page; what was changed meanwhile breaks it off. */
export function useTrial(move: { from: string; to: string; mapping: Record<string, string> }) {
  const [trial, setTrial] = useState<Trial>()
  const [busy, setBusy] = useState(false)
  const turn = useRef(0)
  const reset = () => {
    turn.current += 1
    setTrial(undefined)
    setBusy(false)
  }
  const run = async () => {
    reset()
    const mine = turn.current
    setBusy(true)
    let sum: Trial = { looked: 0, ready: 0, blocked: [] }
    try {
      for (let after: string | undefined; ; ) {
        const page: Answer = await cases.tryMigration({ ...move, ...(after && { after }) })
        if (turn.current !== mine) return
        sum = {
          looked: sum.looked + page.looked,
          ready: sum.ready + page.ready,
          blocked: [...sum.blocked, ...page.blocked].slice(0, SHOWN),
        }
        setTrial(sum)
        if (page.next === null) break
        after = page.next
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      toast.failed(error.detail)
      setTrial(undefined)
    }
    setBusy(false)
  }
  return { trial, run, busy, reset }
}
