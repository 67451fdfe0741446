import { Checkbox } from 'antd'
import type { ReactNode } from 'react'
import type { DataTableProps } from './types.ts'
import type { List } from './use-list.ts'

interface Props<R> {
  props: DataTableProps<R>
  list: List<R>
  open: (key: string) => void
}

/** The same rows on the phone: one card a row, the whole card opens it. */
export function Cards<R>({ props, list, open }: Props<R>) {
  const canOpen = props.panel !== undefined || props.onOpen !== undefined
  return (
    <ul className="qt-rowcards">
      {list.rows.map((row) => {
        const key = props.rowKey(row)
        const body = props.card ? props.card(row) : <Stacked row={row} list={list} />
        if (list.choosing) {
          return (
            <Choice
              key={key}
              label={`选择${props.rowName(row)}`}
              on={list.isSelected(key)}
              toggle={() => list.toggle(key)}
            >
              {body}
            </Choice>
          )
        }
        return (
          <li key={key}>
            {canOpen ? (
              // biome-ignore lint/a11y/useSemanticElements: a button may not hold the headings and links of a card
              <div
                role="button"
                tabIndex={0}
                onClick={() => open(key)}
                onKeyDown={(event) => {
                  if (event.key === 'Enter' && event.target === event.currentTarget) open(key)
                }}
              >
                {body}
              </div>
            ) : (
              body
            )}
          </li>
        )
      })}
    </ul>
  )
}

function Choice(props: { label: string; on: boolean; toggle: () => void; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the box itself is there for the keyboard
    <li
      className="choice"
      onClick={(event) => {
        if (!(event.target as HTMLElement).closest('label')) props.toggle()
      }}
    >
      <Checkbox aria-label={props.label} checked={props.on} onChange={props.toggle} />
      {/* while rows are chosen a tap chooses, wherever it lands */}
      <div inert>{props.children}</div>
    </li>
  )
}

function Stacked<R>({ row, list }: { row: R; list: List<R> }) {
  const [first, ...rest] = list.columns
  return (
    <>
      <b>{first?.render(row)}</b>
      <span className="facts">
        {rest.map((column) => (
          <span key={column.key}>{column.render(row)}</span>
        ))}
      </span>
    </>
  )
}
