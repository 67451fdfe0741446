import { Button, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { Field, useBackCloses } from '#ui'
import type { DecisionDef } from '../../../contract/graph.ts'
import { useDesign } from '../context.ts'
import { type CellFaults, checkTable, tryTable } from './check.ts'
import { DecisionGrid } from './DecisionGrid.tsx'
import { aggregations, namesIn, policies, renameTable, setPolicy, withTable } from './tables.ts'
import './tables.css'

interface Props {
  name: string
  table: DecisionDef
  /** under another name it is the same table */
  onRename: (name: string) => void
  close: () => void
}

/** 决策表: the table, what is wrong with it, and what it makes of values that are tried. Kept with the draft as it is typed. */
export function DecisionEditor({ name, table, onRename, close }: Props) {
  const { process, change } = useDesign()
  const [given, setGiven] = useState<Record<string, string>>({})
  useBackCloses(true, close)
  const names = namesIn(process)
  const { faults, compiled } = checkTable(table, names)
  const sample = compiled && Object.values(given).some((one) => one !== '') ? tryTable(compiled, given) : undefined
  const set = (next: DecisionDef) => {
    change(withTable(process, name, next, checkTable(next, names).reads), `decision.${name}`)
  }
  return (
    <Modal
      open
      width="min(1200px, 96vw)"
      title="决策表"
      footer={
        <Button type="primary" onClick={close}>
          完成
        </Button>
      }
      onCancel={close}
    >
      <div className="wf-table">
        <div className="settings">
          <Name
            name={name}
            rename={(to) => {
              change(renameTable(process, name, to))
              onRename(to)
            }}
          />
          <Policy table={table} set={set} />
        </div>
        <DecisionGrid table={table} names={names} faults={faults} hits={sample?.rules ?? []} onChange={set} />
        <FaultList table={table} faults={faults} />
        <p className="qt-tiny qt-quiet">
          回车到下一条，上下键在规则之间移动，Alt 加上下键移动规则，Ctrl+Delete 删去一条。条件写“&gt;
          5000”“[1..10]”或文字，几个值用顿号隔开；不限的空着。
        </p>
        <section className="try" aria-label="试算">
          <h3>试算</h3>
          {!compiled ? (
            <p className="qt-small qt-second">改完上面标出的地方，就可以试算。</p>
          ) : compiled.reads.length === 0 ? (
            <p className="qt-small qt-second">这张表不看任何内容，每次的结果都一样。</p>
          ) : (
            <div className="given">
              {compiled.reads.map((one) => (
                <Field key={one} label={one} required>
                  {(control) => (
                    <Input
                      {...control}
                      value={given[one] ?? ''}
                      maxLength={200}
                      onChange={(event) => setGiven((old) => ({ ...old, [one]: event.target.value }))}
                    />
                  )}
                </Field>
              ))}
            </div>
          )}
          <p aria-live="polite">
            {sample?.fault && <span className="wf-fault">{sample.fault}</span>}
            {sample && !sample.fault && (
              <>
                结果：<b>{sample.value}</b>
                <span className="qt-small qt-second">　{sample.sentence}</span>
              </>
            )}
          </p>
        </section>
      </div>
    </Modal>
  )
}

/** Taken over when it is left: half a name would be a name of its own. */
function Name({ name, rename }: { name: string; rename: (name: string) => void }) {
  const { process } = useDesign()
  const [typed, setTyped] = useState(name)
  const taken = typed.trim() !== name && Object.keys(process.decisions ?? {}).includes(typed.trim())
  const fault = typed.trim() === '' ? '请填写名称。' : taken ? '已经有一张表叫这个名称。' : undefined
  return (
    <Field label="名称" required error={fault}>
      {(control) => (
        <Input
          {...control}
          value={typed}
          maxLength={60}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={() => !fault && typed.trim() !== name && rename(typed.trim())}
        />
      )}
    </Field>
  )
}

const policyOptions = Object.entries(policies).map(([value, { name }]) => ({ value, label: name }))
const totals = Object.entries(aggregations).map(([value, label]) => ({ value, label }))

function Policy({ table, set }: { table: DecisionDef; set: (table: DecisionDef) => void }) {
  return (
    <>
      <Field label="几条规则符合时" help={policies[table.hitPolicy].help} required>
        {(control) => (
          <Select
            id={control.id}
            value={table.hitPolicy}
            options={policyOptions}
            onChange={(next) => set(setPolicy(table, next as DecisionDef['hitPolicy']))}
          />
        )}
      </Field>
      {table.hitPolicy === 'collect' && table.outputs.length === 1 && (
        <Field label="怎样汇总">
          {(control) => (
            <Select
              id={control.id}
              allowClear
              placeholder="不汇总，给出列表"
              value={table.aggregation}
              options={totals}
              onChange={(next?: string) => {
                const { aggregation: _, ...rest } = table
                set(next ? { ...rest, aggregation: next as DecisionDef['aggregation'] } : rest)
              }}
            />
          )}
        </Field>
      )}
    </>
  )
}

const MOST_SHOWN = 8
/** Each fault with the way to its cell. */
function FaultList({ table, faults }: { table: DecisionDef; faults: CellFaults }) {
  const rows = [...faults]
  if (rows.length === 0) return null
  const placeOf = (address: string): string => {
    const [rule = '', column = ''] = address.split('.')
    const at = Number(column.slice(1))
    const head = column.startsWith('i') ? table.inputs[at]?.label : table.outputs[at]?.name
    if (rule === '') return '整张表'
    return rule === 'head' ? `表头“${head || '还没有设'}”` : `第 ${Number(rule) + 1} 条，${head}`
  }
  return (
    <ul className="faults" aria-live="polite">
      {rows.slice(0, MOST_SHOWN).map(([address, message]) => (
        <li key={address} className="qt-small wf-fault">
          <button
            type="button"
            className="qt-plain"
            onClick={() => document.querySelector<HTMLElement>(`[data-cell="${address}"]`)?.focus()}
          >
            {placeOf(address)}
          </button>
          ：{message}
        </li>
      ))}
      {rows.length > MOST_SHOWN && <li className="qt-small qt-second">还有 {rows.length - MOST_SHOWN} 处。</li>}
    </ul>
  )
}
