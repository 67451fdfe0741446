import { Button, Input, Select } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { Field, Icon } from '#ui'
import type { Block } from '../../../contract/blocks.ts'
import type { DecisionDef } from '../../../contract/graph.ts'
import { useDesign } from '../context.ts'
import { changeBlock } from '../model.ts'
import { freeName, freshTable, namesIn, policies, ruleFor, withTable } from './tables.ts'

const DecisionEditor = lazy(() => import('./DecisionEditor.tsx').then((m) => ({ default: m.DecisionEditor })))

type Rule = Extract<Block, { type: 'rule' }>

/** 决策表 of a step: which table decides, and where its results go. */
export function DecisionForm({ block }: { block: Rule }) {
  const { process, change, changeBlock: changeThis } = useDesign()
  const [open, setOpen] = useState<string>()
  const tables = process.decisions ?? {}
  const { rule } = block
  const table = tables[rule.decision]
  const edited = open === undefined ? undefined : tables[open]
  const choose = async (name: string, next: DecisionDef) => {
    // the language comes with the first table
    const { checkTable } = await import('./check.ts')
    const { reads } = checkTable(next, namesIn(process))
    const asked = changeBlock(process, block.id, (old) => ({ ...old, rule: ruleFor(name, next, reads) }) as Block)
    change(withTable(asked, name, next, reads))
  }
  const make = async () => {
    const name = freeName(process, block.name || '决策表')
    await choose(name, freshTable(process.fields[0]))
    setOpen(name)
  }
  return (
    <>
      <Field label="用哪张决策表" required>
        {(control) => (
          <Select
            id={control.id}
            placeholder="还没有决策表"
            value={table ? rule.decision : undefined}
            options={Object.keys(tables).map((name) => ({ value: name, label: name }))}
            notFoundContent="还没有决策表，先新建一张。"
            onChange={(name: string) => {
              const chosen = tables[name]
              if (chosen) void choose(name, chosen)
            }}
          />
        )}
      </Field>
      <div className="qt-row">
        {table && <Button onClick={() => setOpen(rule.decision)}>编辑决策表</Button>}
        <Button icon={<Icon name="plus" size={14} />} onClick={() => void make()}>
          新建一张
        </Button>
      </div>
      {table && (
        <p className="qt-small qt-second">
          {table.inputs.length} 个条件、{table.outputs.length} 个结果、{table.rules.length} 条规则，
          {policies[table.hitPolicy].name}。
        </p>
      )}
      {rule.output.map(({ from, to }, at) => (
        <Field key={from} label={`“${from}”放到`} help="后面的条件和环节用这个名称看它。" required>
          {(control) => (
            <Input
              {...control}
              value={to}
              maxLength={60}
              onChange={(event) => {
                const output = rule.output.with(at, { from, to: event.target.value })
                changeThis(block.id, (old) => ({ ...old, rule: { ...rule, output } }) as Block, `${block.id}.out${at}`)
              }}
            />
          )}
        </Field>
      ))}
      {edited && open !== undefined && (
        <Suspense fallback={null}>
          <DecisionEditor name={open} table={edited} onRename={setOpen} close={() => setOpen(undefined)} />
        </Suspense>
      )}
    </>
  )
}
