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
