import { Select } from 'antd'
import { type KeyboardEvent, useState } from 'react'
import { Icon, moved } from '#ui'
import { places } from '../contract.ts'
import type { Place, Placed } from './arranged.ts'

const options = Object.entries(places).map(([value, label]) => ({ value, label }))

interface Props {
  value: readonly Placed[]
  onChange: (value: Placed[]) => void
}

/** Cards in their order: dragged by the grip, or moved by its arrow keys and the buttons; each with its place. */
export function ArrangeList({ value, onChange }: Props) {
  const [dragged, setDragged] = useState<number>()
  const [over, setOver] = useState<number>()
  const [told, setTold] = useState('')
  const move = (from: number, to: number) => {
    if (to < 0 || to >= value.length || from === to) return
    onChange(moved(value, from, to))
    setTold(`${value[from]!.card.title}移到第 ${to + 1} 位，共 ${value.length} 张`)
  }
  const drop = (to: number) => {
    if (dragged !== undefined) move(dragged, to)
    setDragged(undefined)
    setOver(undefined)
  }
  const onKey = (event: KeyboardEvent, at: number) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    move(at, at + by)
  }
  const place = (at: number, to: Place) =>
    onChange(value.map((one, index) => (index === at ? { ...one, place: to } : one)))
  return (
    <>
      <ul className="wb-arrange">
        {value.map(({ card, place: now }, at) => (
          <li
            key={card.key}
            className={`${now === 'hidden' ? 'hidden' : ''} ${over === at && dragged !== at ? 'over' : ''}`}
            onDragOver={(event) => {
              event.preventDefault()
              setOver(at)
            }}
            onDrop={() => drop(at)}
          >
            <button
              type="button"
              className="qt-ib grip"
              draggable
              aria-label={`移动${card.title}，按上下方向键`}
              onDragStart={() => setDragged(at)}
              onDragEnd={() => drop(dragged ?? at)}
              onKeyDown={(event) => onKey(event, at)}
            >
              <Icon name="grip" />
            </button>
            <span className="name">{card.title}</span>
            <Select
              aria-label={`${card.title}的位置`}
              value={now}
              options={options}
              onChange={(to: Place) => place(at, to)}
            />
            <button
              type="button"
              className="qt-ib"
              aria-label={`上移${card.title}`}
              disabled={at === 0}
              onClick={() => move(at, at - 1)}
            >
              <Icon name="chevronDown" size={16} style={{ transform: 'rotate(180deg)' }} />
            </button>
            <button
              type="button"
              className="qt-ib"
              aria-label={`下移${card.title}`}
              disabled={at === value.length - 1}
              onClick={() => move(at, at + 1)}
            >
              <Icon name="chevronDown" size={16} />
            </button>
          </li>
        ))}
      </ul>
      <p className="qt-hidden" role="status">
        {told}
      </p>
    </>
  )
}
