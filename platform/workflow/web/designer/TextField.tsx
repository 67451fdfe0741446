import { Input } from 'antd'
import { Field } from '#ui'

/** One line of text that belongs to a block: its name, its note. */
export function TextField({
  label,
  value,
  onChange,
  required,
  long,
}: {
  label: string
  value: string
  onChange: (value: string) => void
  required?: boolean
  long?: boolean
}) {
  return (
    <Field label={label} required={required}>
      {(control) =>
        long ? (
          <Input.TextArea
            {...control}
            value={value}
            maxLength={500}
            autoSize={{ minRows: 2 }}
            onChange={(event) => onChange(event.target.value)}
          />
        ) : (
          <Input {...control} value={value} maxLength={60} onChange={(event) => onChange(event.target.value)} />
        )
      }
    </Field>
  )
}
