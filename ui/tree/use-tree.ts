import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { type Branch, type Branches, ROOT, rowsOf } from './model.ts'
import type { LoadUnits } from './types.ts'

/** Which units are open and what is known of their children; asks for the rest. */
export function useTree(load: LoadUnits, reveal: readonly string[], version: string | number | undefined) {
  const [branches, setBranches] = useState<Branches>(new Map())
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set(reveal))
  const put = (parent: string, branch: Branch) => setBranches((old) => new Map(old).set(parent, branch))
  const ask = useEffectEvent((parent: string) => {
    const failed = (error: unknown) => put(parent, { error })
    try {
      const answer = load(parent === ROOT ? undefined : parent)
      if (Array.isArray(answer)) return put(parent, { nodes: answer })
      setBranches((old) => (old.has(parent) ? old : new Map(old).set(parent, { pending: true })))
      answer.then((nodes) => put(parent, { nodes }), failed)
    } catch (error) {
      failed(error)
    }
  })
  const rows = useMemo(() => rowsOf(branches, expanded), [branches, expanded])
  // a line that says "loading" and that nobody has asked for yet
  const wanted = rows.filter((row) => row.kind === 'pending' && !branches.has(row.parent)).map((row) => row.parent)
  const wantedKey = wanted.join(' ')
  useEffect(() => {
    for (const parent of wantedKey === '' && wanted.length === 0 ? [] : wantedKey.split(' ')) ask(parent)
  }, [wantedKey, wanted.length])
  const known = useRef(version)
  const askAgain = useEffectEvent(() => [...branches.keys()].forEach(ask))
  useEffect(() => {
    if (known.current === version) return
    known.current = version
    askAgain()
  }, [version])
  const revealKey = reveal.join(' ')
  useEffect(() => {
    if (revealKey !== '') setExpanded((old) => new Set([...old, ...revealKey.split(' ')]))
  }, [revealKey])
  return {
    rows,
    expand: (...keys: string[]) => setExpanded((old) => new Set([...old, ...keys])),
    collapse: (key: string) => setExpanded((old) => new Set([...old].filter((one) => one !== key))),
    retry: (parent: string) => setBranches((old) => new Map([...old].filter(([id]) => id !== parent))),
  }
}
