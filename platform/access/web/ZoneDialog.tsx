import { Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { Field, useBackCloses } from '#ui'
import { ZoneRange } from '../contract.ts'
import { zones } from './words.ts'

interface Props {
  /** the range that is changed; a new one without it */
  start?: ZoneRange
  /** ranges of the other rows */
  taken: readonly string[]
  onDone: (range: ZoneRange) => void
  onClose: () => void
}

const options = Object.entries(zones).map(([value, label]) => ({ value: value as ZoneRange['zone'], label }))
const says = {
  range: '请写成网段，如 10.0.0.0/8 或 2001:db8::/32。',
  name: '请填写名称，不超过 60 个字。',
  latitude: '纬度在 −90 到 90 之间。',
  longitude: '经度在 −180 到 180 之间。',
} as const
type Name = keyof typeof says

const numberOf = (text: string): number | null => (text.trim() === '' ? null : Number(text))

/** One range of addresses. */
export function ZoneDialog({ start, taken, onDone, onClose }: Props) {
  const [zone, setZone] = useState<ZoneRange['zone']>(start?.zone ?? 'office')
  const [values, setValues] = useState<Record<Name, string>>({
    range: start?.range ?? '',
    name: start?.name ?? '',
    latitude: start?.latitude?.toString() ?? '',
    longitude: start?.longitude?.toString() ?? '',
  })
  const [faults, setFaults] = useState<Partial<Record<Name, string>>>({})
  useBackCloses(true, onClose)
  const submit = () => {
    const { name, latitude, longitude } = values
    const range = values.range.trim()
    const parsed = ZoneRange.safeParse({
      range,
      zone,
      name,
      latitude: numberOf(latitude),
      longitude: numberOf(longitude),
    })
    if (taken.includes(range)) return setFaults({ range: '这个地址段已经列在表里。' })
    if (parsed.success) return onDone(parsed.data)
    const names = new Set(parsed.error.issues.map(({ path }) => path[0] as Name))
    setFaults(Object.fromEntries([...names].map((one) => [one, says[one]])))
  }
  const text = (name: Name, label: string, required: boolean, help?: string) => (
    <Field label={label} help={help} required={required} error={faults[name]}>
      {(control) => (
        <Input
          {...control}
          value={values[name]}
          inputMode={name === 'latitude' || name === 'longitude' ? 'decimal' : undefined}
          onChange={(event) => setValues({ ...values, [name]: event.target.value })}
        />
      )}
    </Field>
  )
  return (
    <Modal
      open
      title={start ? `修改 ${start.range}` : '增加地址段'}
      okText={start ? '改好了' : '加进表里'}
      cancelText="先不"
      onOk={submit}
      onCancel={onClose}
    >
      <div className="ac-form">
        {text('range', '地址段', true, 'IPv4 或 IPv6 网段，如 10.0.0.0/8')}
        {text('name', '名称', true, '如：省政府大院、济南出口')}
        <Field label="区域" required>
          {(control) => <Select {...control} value={zone} options={options} onChange={setZone} />}
        </Field>
        {text('latitude', '出口所在的纬度', false, '填了经纬度，才能发现短时间内换了很远的地方')}
        {text('longitude', '出口所在的经度', false)}
      </div>
    </Modal>
  )
}
