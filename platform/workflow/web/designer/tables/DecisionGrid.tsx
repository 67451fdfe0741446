import { Button } from 'antd'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { Icon } from '#ui'
import type { DecisionDef } from '../../../contract/graph.ts'
import { ColumnHead } from './ColumnHead.tsx'
import type { CellFaults } from './check.ts'
import { addColumn, addRule, removeRule, setCell, shiftRule, tidyCell } from './tables.ts'

interface Props {
  table: DecisionDef
  names: readonly string[]
  faults: CellFaults
  /** rules that match what is tried, counted from 1 */
  hits: readonly number[]
  onChange: (table: DecisionDef) => void
}
type Kind = 'inputs' | 'outputs'
const PAGE = 100

/** 规则: one a line, every cell a box. Enter and the arrows go from line to line, Ctrl+Delete takes one out, Alt with an arrow moves it. */
export function DecisionGrid({ table, names, faults, hits, onChange }: Props) {
  const frame = useRef<HTMLDivElement>(null)
  const [wanted, setWanted] = useState<string>()
  const [page, setPage] = useState(0)
  const pages = Math.max(1, Math.ceil(table.rules.length / PAGE))
  const first = Math.min(page, pages - 1) * PAGE
  useEffect(() => {
    if (wanted === undefined) return
    frame.current?.querySelector<HTMLInputElement>(`[data-cell="${wanted}"]`)?.focus()
    setWanted(undefined)
  }, [wanted])
  const go = (rule: number, column: string) => {
    setPage(Math.floor(rule / PAGE))
    setWanted(`${rule}.${column}`)
  }
  const key = (event: KeyboardEvent<HTMLInputElement>, rule: number, column: string) => {
    const { key: pressed, altKey, ctrlKey, metaKey, shiftKey } = event
    const by = pressed === 'ArrowDown' || (pressed === 'Enter' && !shiftKey) ? 1 : -1
    const moves = ['ArrowDown', 'ArrowUp', 'Enter'].includes(pressed) && !event.nativeEvent.isComposing
    if (moves && altKey) {
      const moved = shiftRule(table, rule, by)
      if (moved !== table) {
        onChange(moved)
        go(rule + by, column)
      }
    } else if (moves) {
      const to = rule + by
      if (to === table.rules.length && pressed === 'Enter') onChange(addRule(table, to))
      if (to >= 0 && (to < table.rules.length || pressed === 'Enter')) go(to, column)
    } else if (pressed === 'Delete' && (ctrlKey || metaKey)) {
      onChange(removeRule(table, rule))
      if (table.rules.length > 1) go(Math.min(rule, table.rules.length - 2), column)
    } else return
    event.preventDefault()
  }
  return (
    <div className="wf-decision" ref={frame}>
      <table>
        <thead>
          <tr>
            <th scope="col" className="nth">
              规则
            </th>
            {(['inputs', 'outputs'] as const).map((kind) =>
              table[kind].map((_, at) => (
                <ColumnHead
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns may share a name while they are typed
                  key={`${kind}${at}`}
                  table={table}
                  kind={kind}
                  at={at}
                  names={names}
                  fault={faults.get(`head.${kind[0]}${at}`)}
                  onChange={onChange}
                />
              )),
            )}
            <th scope="col" className="tools">
              <span className="qt-hidden">操作</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {table.rules.slice(first, first + PAGE).map((rule, index) => {
            const nth = first + index
            return (
              <tr key={nth} className={hits.includes(nth + 1) ? 'hit' : undefined}>
                <th scope="row" className="nth">
                  {nth + 1}
                  {hits.includes(nth + 1) && <span className="qt-tiny"> 符合</span>}
                </th>
                {(['inputs', 'outputs'] as const).map((kind) =>
                  rule[kind].map((text, at) => (
                    <Cell
                      // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place
                      key={`${kind}${at}`}
                      address={`${nth}.${kind[0]}${at}`}
                      kind={kind}
                      label={`第 ${nth + 1} 条，${labelOf(table, kind, at)}`}
                      text={text}
                      fault={faults.get(`${nth}.${kind[0]}${at}`)}
                      onType={(typed) => onChange(setCell(table, nth, kind, at, typed))}
                      onLeave={(typed) => {
                        const tidy = tidyCell(typed, table[kind][at]?.type, names)
                        if (tidy !== typed) onChange(setCell(table, nth, kind, at, tidy))
                      }}
                      onKey={(event) => key(event, nth, `${kind[0]}${at}`)}
                    />
                  )),
                )}
                <td className="tools">
                  <button
                    type="button"
                    className="qt-ib"
                    aria-label={`删去第 ${nth + 1} 条规则`}
                    onClick={() => onChange(removeRule(table, nth))}
                  >
                    <Icon name="trash" size={16} />
                  </button>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      <GridFoot table={table} pages={pages} page={page} setPage={setPage} onChange={onChange} go={go} />
    </div>
  )
}

const labelOf = (table: DecisionDef, kind: Kind, at: number): string =>
  kind === 'inputs' ? (table.inputs[at]?.label ?? '') : (table.outputs[at]?.name ?? '')

interface FootProps {
  table: DecisionDef
  pages: number
  page: number
  setPage: (page: number) => void
  onChange: (table: DecisionDef) => void
  go: (rule: number, column: string) => void
}
const GridFoot = ({ table, pages, page, setPage, onChange, go }: FootProps) => (
  <div className="qt-row foot">
    <Button
      size="small"
      icon={<Icon name="plus" size={14} />}
      onClick={() => {
        onChange(addRule(table, table.rules.length))
        go(table.rules.length, table.inputs.length > 0 ? 'i0' : 'o0')
      }}
    >
      再加一条规则
    </Button>
    <Button size="small" onClick={() => onChange(addColumn(table, 'inputs', ''))}>
      再加一个条件
    </Button>
    <Button size="small" onClick={() => onChange(addColumn(table, 'outputs', `结论${table.outputs.length + 1}`))}>
      再加一个结果
    </Button>
    {pages > 1 && (
      <>
        <span className="qt-grow" />
        <Button size="small" disabled={page === 0} onClick={() => setPage(page - 1)}>
          前 {PAGE} 条
        </Button>
        <span className="qt-small">
          {page + 1} / {pages}
        </span>
        <Button size="small" disabled={page >= pages - 1} onClick={() => setPage(page + 1)}>
          后 {PAGE} 条
        </Button>
      </>
    )}
  </div>
)

interface CellProps {
  address: string
  kind: Kind
  label: string
  text: string
  fault?: string
  onType: (text: string) => void
  onLeave: (text: string) => void
  onKey: (event: KeyboardEvent<HTMLInputElement>) => void
}
const Cell = ({ address, kind, label, text, fault, onType, onLeave, onKey }: CellProps) => (
  <td className={kind}>
    <input
      data-cell={address}
      aria-label={label}
      aria-invalid={fault !== undefined}
      title={fault}
      value={text}
      maxLength={1000}
      placeholder={kind === 'inputs' ? '不限' : ''}
      onChange={(event) => onType(event.target.value)}
      onBlur={(event) => onLeave(event.target.value)}
      onKeyDown={onKey}
    />
  </td>
)
