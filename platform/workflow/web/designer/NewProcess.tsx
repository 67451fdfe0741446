import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Input, Modal, Radio } from 'antd'
import { useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { useUnits } from '#platform/directory/web'
import { Await, Field, UnitPicker, type UnitRef, useBackCloses } from '#ui'
import { designs } from '../client.ts'
import type { Kit } from './context.ts'

interface Props {
  close: () => void
  /** a published process to begin with */
  copy?: { id: string; name: string }
}

/** 新建流程: whose it is, what it is called, and what it begins with. */
export function NewProcess({ close, copy }: Props) {
  const kit = useQuery(apiQuery(designs.designKit))
  return <Await query={kit}>{(known) => <NewForm kit={known} close={close} copy={copy} />}</Await>
}

const BLANK = 'blank'
const FILE = 'file'

function NewForm({ kit, close, copy }: Props & { kit: Kit }) {
  const navigate = useNavigate()
  const create = useCommand(designs.createDraft)
  const { load, search } = useUnits()
  const [units, setUnits] = useState<UnitRef[]>(kit.unit ? [kit.unit] : [])
  const [name, setName] = useState(copy ? `${copy.name}（复制）` : '')
  const [from, setFrom] = useState<string>(BLANK)
  const [file, setFile] = useState<File>()
  const [asked, setAsked] = useState(false)
  useBackCloses(true, close)
  const unit = units[0]
  const byFile = from === FILE && !copy
  const missing = {
    unit: unit ? undefined : '请选择归口单位。',
    name: byFile || name.trim() ? undefined : '请填写流程名称。',
    file: !byFile || file ? undefined : '请选择流程文件。',
  }
  const sourceOf = async (): Promise<Parameters<typeof designs.createDraft>[0]['from']> => {
    if (copy) return { kind: 'copy', definitionId: copy.id, name: name.trim() }
    if (byFile) return { kind: 'file', xml: (await file?.text()) ?? '' }
    if (from === BLANK) return { kind: 'blank', name: name.trim() }
    return { kind: 'example', example: from, name: name.trim() }
  }
  const confirm = async () => {
    setAsked(true)
    if (!unit || missing.name || missing.file) return
    try {
      const { id } = await create.mutateAsync({ unitId: unit.id, from: await sourceOf() })
      await navigate({ to: '/cases/processes/$id', params: { id } })
    } catch {
      // the command has told why; what was written stays
    }
  }
  return (
    <Modal
      open
      title={copy ? `复制“${copy.name}”` : '新建流程'}
      okText="开始设计"
      cancelText="先不"
      okButtonProps={{ loading: create.isPending }}
      onOk={() => void confirm()}
      onCancel={close}
    >
      <div className="wf-form">
        {!byFile && (
          <Field label="流程名称" required error={asked ? missing.name : undefined}>
            {(control) => (
              <Input
                {...control}
                value={name}
                maxLength={100}
                placeholder="如：办公用品采购审批"
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field
          label="归口单位"
          help="由这个单位维护，本单位和下级单位使用。"
          required
          error={asked ? missing.unit : undefined}
        >
          {(control) => <UnitPicker control={control} value={units} onChange={setUnits} load={load} search={search} />}
        </Field>
        {!copy && (
          <Field label="从哪里开始" required>
            {() => (
              <Radio.Group
                className="wf-from"
                value={from}
                onChange={(event) => setFrom(String(event.target.value))}
                options={[
                  { value: BLANK, label: '空白' },
                  ...kit.examples.map((one) => ({ value: one.key, label: `样例：${one.name}。${one.note}` })),
                  { value: FILE, label: '导入 BPMN 文件' },
                ]}
              />
            )}
          </Field>
        )}
        {byFile && (
          <Field label="流程文件" required error={asked ? missing.file : undefined}>
            {(control) => (
              <input
                id={control.id}
                type="file"
                accept=".bpmn,.xml"
                onChange={(event) => setFile(event.target.files?.[0])}
              />
            )}
          </Field>
        )}
      </div>
    </Modal>
  )
}
