import { Button, Input, Select } from 'antd'
import { v4 as uuid } from 'uuid'
import type { ControlProps, FormField } from '#ui'
import { type AdminUnit, nameKinds } from '../../contract.ts'
import { Entries } from './Entries.tsx'
import { options } from './words.ts'

type Dated = AdminUnit['names'][number]
/** A name while it is typed; `key` tells two of them apart. */
export type DraftName = Omit<Dated, 'validTo'> & { key: string; validTo: string }

export const draftOf = (name: Dated): DraftName => ({ ...name, key: uuid(), validTo: name.validTo ?? '' })
const draftsOf = (value: unknown): DraftName[] => (Array.isArray(value) ? (value as DraftName[]) : [])
const kindOptions = options(nameKinds)

interface Props {
  names: readonly DraftName[]
  change: (names: DraftName[]) => void
  control: ControlProps
}

function Names({ names, change, control }: Props) {
  const put = (key: string, part: Partial<DraftName>) =>
    change(names.map((one) => (one.key === key ? { ...one, ...part } : one)))
  return (
    <Entries
      control={control}
      label="名称"
      add="添一个名称"
      onAdd={() => change([...names, { key: uuid(), kind: 'plate', name: '', validFrom: '', validTo: '' }])}
    >
      {names.map((one, at) => (
        <div key={one.key} className="oa-dated">
          <Select
            aria-label={`第 ${at + 1} 个名称的种类`}
            value={one.kind}
            options={kindOptions}
            onChange={(kind) => put(one.key, { kind })}
          />
          <Button
            aria-label={`删去第 ${at + 1} 个名称`}
            onClick={() => change(names.filter(({ key }) => key !== one.key))}
          >
            删去
          </Button>
          <Input
            className="whole"
            aria-label={`第 ${at + 1} 个名称`}
            placeholder="名称"
            maxLength={100}
            value={one.name}
            onChange={(event) => put(one.key, { name: event.target.value })}
          />
          <div className="day">
            <span aria-hidden="true">启用日</span>
            <Input
              aria-label={`第 ${at + 1} 个名称的启用日`}
              type="date"
              value={one.validFrom}
              onChange={(event) => put(one.key, { validFrom: event.target.value })}
            />
          </div>
          <div className="day">
            <span aria-hidden="true">停用日</span>
            <Input
              aria-label={`第 ${at + 1} 个名称的停用日`}
              type="date"
              value={one.validTo}
              onChange={(event) => put(one.key, { validTo: event.target.value })}
            />
          </div>
        </div>
      ))}
    </Entries>
  )
}

/** 全称、简称、挂牌、机关代字, each with the days it holds. */
export const namesField = {
  name: 'names',
  label: '名称',
  help: '停用日是不再使用的第一天，仍在使用的留空',
  kind: 'custom',
  render: (value, change, control) => <Names names={draftsOf(value)} change={change} control={control} />,
  say: (value) => `${draftsOf(value).length} 个`,
} as const satisfies FormField
