import { useMemo } from 'react'
import { type DiffLine, diffLines } from './diff.ts'

/** unchanged lines shown around a change */
const AROUND = 3
const marks = { same: '', added: '+', removed: '−' } as const
const said = { same: '', added: '增加', removed: '删去' } as const

type Shown = DiffLine | { kind: 'gap'; lines: number }

/** Leaves out what is far from every change. */
const fold = (lines: readonly DiffLine[]): Shown[] => {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ kind }) => kind !== 'same'),
  )
  return lines.reduce<Shown[]>((shown, line, at) => {
    const last = shown.at(-1)
    if (near[at]) shown.push(line)
    else if (last?.kind === 'gap') last.lines++
    else shown.push({ kind: 'gap', lines: 1 })
    return shown
  }, [])
}

/** What a version would change of the one in force, line by line. */
export function PolicyDiff({ before, after }: { before: string; after: string }) {
  const lines = useMemo(() => diffLines(before, after), [before, after])
  const count = (kind: DiffLine['kind']) => lines.filter((line) => line.kind === kind).length
  if (before === after) return <p className="qt-second">与现行版本一字不差。</p>
  return (
    <>
      <p className="qt-small qt-second">
        增加 {count('added')} 行，删去 {count('removed')} 行。
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must be able to reach it (WCAG 2.1.1) */}
      <ul className="ac-diff" aria-label="与现行版本的差别" tabIndex={0}>
        {fold(lines).map((line, at) =>
          line.kind === 'gap' ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one comparison never move
            <li key={at} className="gap">
              {line.lines} 行没有变
            </li>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <li key={at} className={line.kind}>
              <span>{line.before}</span>
              <span>{line.after}</span>
              {said[line.kind] ? (
                <i role="img" aria-label={said[line.kind]}>
                  {marks[line.kind]}
                </i>
              ) : (
                <i />
              )}
              <code>{line.text || ' '}</code>
            </li>
          ),
        )}
      </ul>
    </>
  )
}
