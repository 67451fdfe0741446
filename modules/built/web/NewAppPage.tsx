import { Link, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { ApiError, useCommand } from '#kernel/web'
import { useUnits } from '#platform/directory/web'
import { Field, Page, UnitPicker, type UnitRef } from '#ui'
import { builtClient } from './client.ts'
import { DefinitionText, type Fault, Faults, parsed } from './DefinitionText.tsx'
import './built.css'

/** A definition from a file or pasted: its faults are listed before anything is kept. */
export function NewAppPage() {
  const [text, setText] = useState('')
  const [unit, setUnit] = useState<UnitRef[]>([])
  const [faults, setFaults] = useState<readonly Fault[]>()
  const units = useUnits()
  const navigate = useNavigate()
  const check = useCommand(builtClient.check, { quiet: true })
  const create = useCommand(builtClient.createApp, { quiet: true })
  const say = (error: unknown): void => {
    if (!(error instanceof ApiError)) throw error
    setFaults(error.errors.length > 0 ? error.errors : [{ path: '', message: error.detail }])
  }
  const submit = async (): Promise<void> => {
    const read = parsed(text)
    if ('fault' in read) return setFaults([read.fault])
    if (!unit[0]) return setFaults([{ path: '', message: '请选择由哪个单位维护。' }])
    try {
      const { id } = await create.mutateAsync({ unitId: unit[0].id, definition: read.value })
      void navigate({ to: '/built/design/$id', params: { id } })
    } catch (error) {
      say(error)
    }
  }
  const look = async (): Promise<void> => {
    const read = parsed(text)
    if ('fault' in read) return setFaults([read.fault])
    await check.mutateAsync({ definition: read.value }).then((found) => setFaults(found.faults), say)
  }
  return (
    <Page
      title="导入应用定义"
      sentence="先存成草稿；没有错误以后送审，由另一个人审核发布。"
      above={<Link to="/built/design">搭建应用</Link>}
    >
      <div className="qt-form">
        <Field id="bt-unit" label="维护单位" help="由它修改和发布；它和下级单位都可以用。" required>
          {(control) => (
            <UnitPicker
              control={control}
              value={unit}
              onChange={(next) => setUnit([...next])}
              load={units.load}
              search={units.search}
            />
          )}
        </Field>
        <Faults faults={faults} />
        <DefinitionText text={text} change={setText} />
        <div className="qt-formfoot">
          <Button type="primary" loading={create.isPending} disabled={text.trim() === ''} onClick={() => void submit()}>
            存为草稿
          </Button>
          <Button loading={check.isPending} disabled={text.trim() === ''} onClick={() => void look()}>
            检查
          </Button>
        </div>
      </div>
    </Page>
  )
}
