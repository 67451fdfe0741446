import { Button, Input, Select, Switch } from 'antd'
import { useState } from 'react'
import { Field, Icon, Page, UnitPicker, type UnitRef } from '#ui'
import { importKinds, postKinds } from '../../contract.ts'
import { directory } from '../client.ts'
import { AdminNav } from './AdminNav.tsx'
import { useUnitSource } from './use-pickers.ts'
import { options } from './words.ts'

type Kind = keyof typeof importKinds
type PostKind = keyof typeof postKinds
const formats = { xlsx: 'Excel 表格（.xlsx）', csv: '文本表格（.csv）' } as const

/** 导出: what an import can read again. */
export function ExportPage() {
  const units = useUnitSource()
  const [kind, setKind] = useState<Kind>('people')
  const [unit, setUnit] = useState<UnitRef[]>([])
  const [format, setFormat] = useState<keyof typeof formats>('xlsx')
  const [direct, setDirect] = useState(false)
  const [leaders, setLeaders] = useState(false)
  const [postKind, setPostKind] = useState<PostKind>()
  const [q, setQ] = useState('')
  const unitId = unit[0]?.id
  const href =
    unitId &&
    (kind === 'units'
      ? directory.exportUnits.url({ unitId, format })
      : directory.exportPeople.url({ unitId, format, direct, leaders, postKind, q: q.trim() || undefined }))
  return (
    <Page watermark title="导出" sentence="导出的表格可以改好再导入。每次导出都记入审计记录。" above={<AdminNav />}>
      <div className="qt-form">
        <div className="qt-fields">
          <Field label="导出什么" required>
            {(control) => <Select {...control} value={kind} options={options(importKinds)} onChange={setKind} />}
          </Field>
          <Field label="单位" help="含全部下级" required>
            {(control) => <UnitPicker {...units} control={control} value={unit} onChange={setUnit} />}
          </Field>
          {kind === 'people' && (
            <>
              <Toggle label="只要单位本身的人员" on={direct} change={setDirect} help="不含内设机构和下级单位" />
              <Toggle label="只要单位领导" on={leaders} change={setLeaders} help="列在单位领导中的人员" />
              <Field label="任职类型">
                {(control) => (
                  <Select
                    {...control}
                    allowClear
                    placeholder="全部"
                    value={postKind}
                    options={options(postKinds)}
                    onChange={setPostKind}
                  />
                )}
              </Field>
              <Field label="姓名或职务" help="姓名的开头，或职务里的字">
                {(control) => (
                  <Input {...control} maxLength={40} value={q} onChange={(event) => setQ(event.target.value)} />
                )}
              </Field>
            </>
          )}
          <Field label="文件格式" required>
            {(control) => <Select {...control} value={format} options={options(formats)} onChange={setFormat} />}
          </Field>
        </div>
        <div className="qt-formfoot">
          <Button
            type="primary"
            size="large"
            href={href}
            download
            disabled={!href}
            icon={<Icon name="download" size={16} />}
          >
            下载{importKinds[kind]}表
          </Button>
          {!href && <span className="qt-second">请先选择单位</span>}
        </div>
      </div>
    </Page>
  )
}

function Toggle(props: { label: string; help: string; on: boolean; change: (on: boolean) => void }) {
  return (
    <Field label={props.label} help={props.help} required>
      {({ id, 'aria-describedby': described }) => (
        <Switch id={id} aria-describedby={described} checked={props.on} onChange={props.change} />
      )}
    </Field>
  )
}
