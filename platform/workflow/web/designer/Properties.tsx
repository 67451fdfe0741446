import { Button, Input, InputNumber, Segmented, Select } from 'antd'
import { type ReactNode, useState } from 'react'
import { Field, Icon, Tag } from '#ui'
import type { Block } from '../../contract/blocks.ts'
import { removable } from './Canvas.tsx'
import { ChildForm } from './ChildForm.tsx'
import { ConditionEditor } from './ConditionEditor.tsx'
import { useDesign } from './context.ts'
import {
  addBranch,
  blocksIn,
  changeBranch,
  copyOf,
  findBlock,
  findBranch,
  insertAt,
  placeOf,
  removeBlock,
  removeBranch,
  shiftBlock,
  shiftBranch,
  whyNotAt,
  whyNotRemoveBranch,
} from './model.ts'
import { looksOf } from './palette.ts'
import { plainly } from './plainly.ts'
import { RuleEditor } from './RuleEditor.tsx'
import { StepForm } from './StepForm.tsx'
import { TextField } from './TextField.tsx'
import { DecisionForm } from './tables/DecisionForm.tsx'
import { WaitForm } from './WaitForm.tsx'
import './properties.css'

/** 属性: of what is selected; of the process itself when nothing is. */
export function Properties() {
  const { process, selected } = useDesign()
  const block = selected && 'block' in selected ? findBlock(process, selected.block) : undefined
  const branch = selected && 'branch' in selected ? findBranch(process, selected.branch) : undefined
  if (block) return <BlockForm key={block.id} block={block} />
  return branch ? <BranchForm key={branch.branch.id} id={branch.branch.id} /> : <ProcessForm />
}

export function Faults({ id }: { id: string }) {
  const { faults } = useDesign()
  return (faults.get(id) ?? []).map(({ code, message }) => (
    <p key={`${code}${message}`} className="wf-fault qt-small">
      {plainly(message)}
    </p>
  ))
}

export function ProcessForm() {
  const { process, change } = useDesign()
  const [name, setName] = useState('')
  const add = () => {
    const field = name.trim()
    if (!field || process.fields.includes(field)) return
    change({ ...process, fields: [...process.fields, field] })
    setName('')
  }
  return (
    <div className="wf-properties">
      <h2>流程设置</h2>
      <Faults id="" />
      <TextField
        label="流程名称"
        required
        value={process.name}
        onChange={(next) => change({ ...process, name: next }, 'process.name')}
      />
      <Field label="表单字段" help="条件和找人要看的内容，发起或办理时填写。">
        {(control) => (
          <>
            <ul className="wf-fieldlist">
              {process.fields.map((field) => (
                <li key={field}>
                  <span className="qt-grow qt-ellipsis">{field}</span>
                  <button
                    type="button"
                    className="qt-ib"
                    aria-label={`删去字段“${field}”`}
                    onClick={() => change({ ...process, fields: process.fields.filter((one) => one !== field) })}
                  >
                    <Icon name="close" size={16} />
                  </button>
                </li>
              ))}
            </ul>
            <div className="qt-row">
              <Input
                id={control.id}
                value={name}
                maxLength={40}
                placeholder="如：金额"
                onChange={(event) => setName(event.target.value)}
                onPressEnter={add}
              />
              <Button onClick={add}>添加</Button>
            </div>
          </>
        )}
      </Field>
    </div>
  )
}

function BlockForm({ block }: { block: Block }) {
  const { process, change, changeBlock, select } = useDesign()
  const { title } = looksOf(block)
  const place = placeOf(process, block.id)
  const again = () => {
    const copy = copyOf(block)
    const at = { branch: place?.branch ?? '', index: (place?.index ?? 0) + 1 }
    if (whyNotAt(process, at, copy) !== undefined) return
    change(insertAt(process, at, copy))
    select({ block: copy.id })
  }
  const whole = !removable(block, process.blocks)
  return (
    <div className="wf-properties">
      <h2>
        <span className="qt-ellipsis">{block.name || title}</span>
        <Tag>{title}</Tag>
      </h2>
      <div className="tools">
        <button
          type="button"
          className="qt-ib"
          aria-label="上移"
          onClick={() => change(shiftBlock(process, block.id, -1))}
        >
          <Icon name="chevronDown" size={18} style={{ transform: 'rotate(180deg)' }} />
        </button>
        <button
          type="button"
          className="qt-ib"
          aria-label="下移"
          onClick={() => change(shiftBlock(process, block.id, 1))}
        >
          <Icon name="chevronDown" size={18} />
        </button>
        <button type="button" className="qt-ib" aria-label="复制一份" disabled={block.type === 'stop'} onClick={again}>
          <Icon name="copy" size={18} />
        </button>
        <button
          type="button"
          className="qt-ib"
          aria-label={`删除“${block.name || title}”`}
          disabled={whole}
          onClick={() => {
            change(removeBlock(process, block.id))
            select(undefined)
          }}
        >
          <Icon name="trash" size={18} />
        </button>
      </div>
      <Faults id={block.id} />
      <TextField
        label={block.type === 'choice' || block.type === 'parallel' ? '名称（图上的说明）' : '名称'}
        required
        value={block.name}
        onChange={(name) => changeBlock(block.id, (old) => ({ ...old, name }), `${block.id}.name`)}
      />
      <Settings block={block} />
      <TextField
        label="给办理人的说明"
        long
        value={block.note ?? ''}
        onChange={(note) => changeBlock(block.id, (old) => ({ ...old, note: note || undefined }), `${block.id}.note`)}
      />
    </div>
  )
}

const manners = [
  { value: 'one', label: '走第一个符合的' },
  { value: 'several', label: '符合的都走' },
]

export function Settings({ block }: { block: Block }): ReactNode {
  const { process, change, changeBlock } = useDesign()
  switch (block.type) {
    case 'approve':
      return <StepForm block={block} />
    case 'copy':
      return (
        <Field label="抄送给谁" required>
          {() => (
            <RuleEditor
              rules={block.copy.handlers}
              own={block.id}
              onChange={(handlers) =>
                changeBlock(block.id, (old) => ({ ...old, copy: { handlers } }) as Block, `${block.id}.copy`)
              }
            />
          )}
        </Field>
      )
    case 'choice':
    case 'parallel':
      return (
        <>
          {block.type === 'choice' && (
            <Segmented
              block
              aria-label="怎样走"
              options={manners}
              value={block.several ? 'several' : 'one'}
              onChange={(manner) =>
                changeBlock(block.id, (old) => ({ ...old, several: manner === 'several' }) as Block)
              }
            />
          )}
          <Button icon={<Icon name="plus" size={14} />} onClick={() => change(addBranch(process, block.id))}>
            再加一条分支
          </Button>
        </>
      )
    case 'wait':
      return <WaitForm block={block} />
    case 'child':
      return <ChildForm block={block} />
    case 'service':
      return <ServiceForm block={block} />
    case 'rule':
      return <DecisionForm block={block} />
    default:
      return null
  }
}

function ServiceForm({ block }: { block: Extract<Block, { type: 'service' }> }) {
  const { changeBlock, kit } = useDesign()
  const set = (part: Partial<typeof block.service>) =>
    changeBlock(block.id, (old) => ({ ...old, service: { ...block.service, ...part } }) as Block, `${block.id}.service`)
  return (
    <>
      <Field label="调用哪个服务" required>
        {(control) => (
          <Select
            id={control.id}
            placeholder="选择服务"
            value={block.service.handler || undefined}
            options={kit.services.map((name) => ({ value: name, label: name }))}
            notFoundContent="本系统还没有登记可以调用的服务。"
            onChange={(handler) => set({ handler })}
          />
        )}
      </Field>
      <Field label="失败后再试几次" required>
        {(control) => (
          <InputNumber
            id={control.id}
            min={0}
            max={20}
            precision={0}
            value={block.service.retries}
            onChange={(retries) => set({ retries: retries ?? 0 })}
          />
        )}
      </Field>
    </>
  )
}

function BranchForm({ id }: { id: string }) {
  const { process, change, select } = useDesign()
  const found = findBranch(process, id)
  if (!found) return null
  const { branch, of } = found
  const otherwise = of.type === 'choice' && of.branches.at(-1)?.id === id
  const why = whyNotRemoveBranch(process, id)
  return (
    <div className="wf-properties">
      <h2>
        <span className="qt-ellipsis">{branch.name || (otherwise ? '其他情况' : '分支')}</span>
        <Tag>{of.type === 'choice' ? '条件分支' : '同时办理的一路'}</Tag>
      </h2>
      <div className="tools">
        <button type="button" className="qt-ib" aria-label="左移" onClick={() => change(shiftBranch(process, id, -1))}>
          <Icon name="chevronLeft" size={18} />
        </button>
        <button type="button" className="qt-ib" aria-label="右移" onClick={() => change(shiftBranch(process, id, 1))}>
          <Icon name="chevronRight" size={18} />
        </button>
        <button
          type="button"
          className="qt-ib"
          aria-label="删除这条分支"
          title={why}
          disabled={why !== undefined}
          onClick={() => {
            change(removeBranch(process, id))
            select({ block: of.id })
          }}
        >
          <Icon name="trash" size={18} />
        </button>
      </div>
      <Faults id={id} />
      <TextField
        label="名称（图上的说明）"
        value={branch.name}
        onChange={(name) => change(changeBranch(process, id, { name }), `${id}.name`)}
      />
      {of.type === 'choice' &&
        (otherwise ? (
          <p className="qt-small qt-second">前面的条件都不成立时走这里，不用写条件。</p>
        ) : (
          <Field label="什么情况走这里" required>
            {() => (
              <ConditionEditor
                value={branch.when ?? ''}
                onChange={(when) => change(changeBranch(process, id, { when }), `${id}.when`)}
              />
            )}
          </Field>
        ))}
      <p className="qt-tiny qt-quiet">里面有 {blocksIn(branch.blocks).length} 个环节。</p>
    </div>
  )
}
