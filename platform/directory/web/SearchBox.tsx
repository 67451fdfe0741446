import type { KeyboardEvent, RefObject } from 'react'
import { Icon } from '#ui'
import './tree.css'

interface Props {
  value: string
  onChange: (value: string) => void
  box: RefObject<HTMLInputElement | null>
  /** ↓ or Enter: into the results */
  onEnter: (open: boolean) => void
}

/** One box for people and units. */
export function SearchBox({ value, onChange, box, onEnter }: Props) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape' && value !== '') onChange('')
    else if (event.key === 'ArrowDown') onEnter(false)
    else if (event.key === 'Enter') onEnter(true)
    else return
    event.preventDefault()
  }
  return (
    <div className="ct-searchbox">
      <Icon name="search" size={16} />
      <input
        ref={box}
        type="search"
        enterKeyHint="search"
        autoComplete="off"
        spellCheck={false}
        aria-label="搜人员和单位"
        placeholder="搜人员、单位"
        value={value}
        maxLength={40}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {value !== '' && (
        <button type="button" className="qt-plain" aria-label="清空" onClick={() => onChange('')}>
          <Icon name="close" size={16} />
        </button>
      )}
    </div>
  )
}
