import { type RefObject, useEffect, useImperativeHandle, useRef } from 'react'
import type { ControlProps } from '#ui'

export interface CodeHandle {
  /** puts the cursor on a line, counted from 1, and brings it into sight */
  jump(line: number): void
}

interface Props {
  control?: ControlProps
  label?: string
  value: string
  /** read only without it */
  onChange?: (value: string) => void
  handle?: RefObject<CodeHandle | null>
}

const ROWS = { least: 12, most: 26 }
const ABOVE = 3

/** Text in lines with their numbers: a plain text area, so that every keyboard and screen reader knows it. */
export function CodeArea({ control, label, value, onChange, handle }: Props) {
  const area = useRef<HTMLTextAreaElement>(null)
  const numbers = useRef<HTMLDivElement>(null)
  const lines = value.split('\n')
  const follow = () => {
    if (numbers.current && area.current) numbers.current.scrollTop = area.current.scrollTop
  }
  // the numbers scroll with the text, also when it grows under them
  useEffect(follow)
  useImperativeHandle(handle, () => ({
    jump(line) {
      const { current } = area
      if (!current) return
      const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0)
      current.focus()
      current.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0))
      current.scrollTop = (current.scrollHeight / lines.length) * Math.max(0, line - ABOVE)
    },
  }))
  return (
    <div className="ac-code">
      <div className="numbers" aria-hidden="true" ref={numbers}>
        {lines.map((_, at) => at + 1).join('\n')}
      </div>
      <textarea
        ref={area}
        id={control?.id}
        aria-label={label}
        aria-describedby={control?.['aria-describedby']}
        aria-invalid={control?.['aria-invalid']}
        aria-required={control?.['aria-required']}
        rows={Math.min(ROWS.most, Math.max(onChange ? ROWS.least : 1, lines.length))}
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        readOnly={!onChange}
        value={value}
        onChange={(event) => onChange?.(event.target.value)}
        onScroll={follow}
      />
    </div>
  )
}
