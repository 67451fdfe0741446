import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Alert, Button, Input, Select } from 'antd'
import { useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { useUnits } from '#platform/directory/web'
import { Field, Page, UnitPicker } from '#ui'
import { type MatterKind, matterKinds } from '../contract.ts'
import { matters } from './client.ts'
import { useTypes } from './marks.tsx'
import './matters.css'

/** 新编: what a basic matter begins with; the elements follow in the editor. */
export function NewMatterPage() {
  const navigate = useNavigate()
  const source = useUnits()
  const { types } = useTypes()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<MatterKind>('internal')
  const [type, setType] = useState<string>()
  const [unitId, setUnit] = useState<string>()
  const [functionId, setFunction] = useState<string>()
  const functions = useQuery(apiQuery(matters.functions, { unitId }))
  const unit = functions.data?.unit
  const create = useCommand(matters.create, {
    onSuccess: (draft) =>
      void navigate({
        to: '/matters/$id/versions/$versionId/edit',
        params: { id: draft.matterId, versionId: draft.id },
      }),
  })
  const tooLow = functions.data !== undefined && functions.data.level > 2
  const ready = name.trim().length > 1 && type && unit && functionId && !tooLow
  return (
    <Page
      title="新编事项"
      sentence="基本目录由省、市两级单位编制；县乡单位认领。"
      above={<Link to="/matters/work">编制中</Link>}
    >
      <div className="mt-editor">
        <Field label="事项名称" required>
          {({ id }) => <Input id={id} value={name} maxLength={120} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label="种类" required>
          {({ id }) => (
            <Select
              id={id}
              value={kind}
              options={Object.entries(matterKinds).map(([value, label]) => ({ value: value as MatterKind, label }))}
              onChange={(next: MatterKind) => {
                setKind(next)
                setType(undefined)
              }}
            />
          )}
        </Field>
        <Field label="类型" required>
          {({ id }) => (
            <Select
              id={id}
              value={type}
              placeholder="请选择"
              options={types.filter((one) => one.kind === kind).map((one) => ({ value: one.code, label: one.name }))}
              onChange={setType}
            />
          )}
        </Field>
        <Field label="编制单位" required>
          {(control) => (
            <UnitPicker
              {...source}
              control={control}
              value={unit ? [unit] : []}
              onChange={(next) => {
                setUnit(next[0]?.id)
                setFunction(undefined)
              }}
            />
          )}
        </Field>
        {tooLow && (
          <Alert
            type="info"
            showIcon
            title="县乡单位不编基本目录"
            description={<Link to="/matters/claim">去认领基本目录里的事项</Link>}
          />
        )}
        <Field label="所依的三定职责" required>
          {({ id }) => (
            <Select
              id={id}
              value={functionId}
              placeholder="请选择"
              options={functions.data?.rows.map((one) => ({ value: one.id, label: one.content }))}
              onChange={setFunction}
            />
          )}
        </Field>
        <Button
          type="primary"
          disabled={!ready}
          loading={create.isPending}
          onClick={() =>
            unit && type && functionId && create.mutate({ name: name.trim(), kind, type, unitId: unit.id, functionId })
          }
        >
          开始编制
        </Button>
      </div>
    </Page>
  )
}
