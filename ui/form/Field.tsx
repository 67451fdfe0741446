import { type ReactNode, useId } from 'react'
import { Icon } from '../Icon.tsx'

export interface ControlProps {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': boolean
  'aria-required': boolean
  status: '' | 'error'
}

interface Props {
  label: string
  /** one line under the label */
  help?: ReactNode
  /** what is wrong and how to put it right */
  error?: string
  required?: boolean
  /** where an error summary jumps to; made up when absent */
  id?: string
  children: (control: ControlProps) => ReactNode
}

/** A control with its name, its help and its fault, tied together for eyes and for screen readers. */
export function Field({ label, help, error, required = false, id, children }: Props) {
  const made = useId()
  const own = id ?? made
  const described = [help ? `${own}-help` : '', error ? `${own}-error` : ''].filter(Boolean).join(' ')
  return (
    <div className="qt-field">
      <label id={`${own}-label`} htmlFor={own}>
        {label}
        {!required && <span className="optional">（可不填）</span>}
      </label>
      {help && (
        <p className="help" id={`${own}-help`}>
          {help}
        </p>
      )}
      {children({
        id: own,
        'aria-describedby': described || undefined,
        'aria-invalid': error !== undefined && error !== '',
        'aria-required': required,
        status: error ? 'error' : '',
      })}
      {error && (
        <p className="qt-fault" id={`${own}-error`}>
          <Icon name="warning" size={16} />
          {error}
        </p>
      )}
    </div>
  )
}
