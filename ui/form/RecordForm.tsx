import { Button } from 'antd'
import { type FormEvent, useEffect, useId, useRef } from 'react'
import type { z } from 'zod'
import type { ApiError } from '#kernel/web'
import { moment } from '../format.ts'
import { Icon } from '../Icon.tsx'
import { useLeaveGuard } from '../use-leave-guard.tsx'
import { Control } from './Control.tsx'
import { Field } from './Field.tsx'
import { fieldsOf, isRequired, say } from './model.ts'
import type { Faults, FormField, FormGroup, FormValues, RecordFormProps } from './types.ts'
import { useRecordForm } from './use-record-form.ts'

/** One column, groups with titles, faults beside the fields and summed at the top, a draft that saves itself. */
export function RecordForm<S extends z.ZodObject, A>(props: RecordFormProps<S, A>) {
  const { groups, schema, stepped = false, submitLabel } = props
  const form = useRecordForm(props)
  const prefix = useId()
  const guard = useLeaveGuard(form.dirty, '您填写的内容还没有提交。草稿会保留在这台设备上，下次打开可以接着填。')
  const checking = stepped && form.step === groups.length
  const shown = stepped ? groups.slice(form.step, form.step + 1) : groups
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void form.submit()
  }
  return (
    <form className="qt-form" onSubmit={submit} noValidate>
      {guard}
      {form.restoredAt && (
        <p className="qt-draftnote" role="status">
          已恢复 {moment(form.restoredAt)} 保存的草稿。
          <button type="button" className="qt-plain link" onClick={form.startAnew}>
            放弃草稿
          </button>
        </p>
      )}
      {stepped && (
        <p className="qt-small qt-quiet">
          第 {form.step + 1} 步，共 {groups.length + 1} 步
        </p>
      )}
      <Summary faults={form.faults} fields={form.fields} failure={form.failure} prefix={prefix} />
      {checking ? (
        <CheckPage groups={groups} values={form.values} goTo={form.goTo} />
      ) : (
        shown.map((group) => (
          <fieldset key={group.title}>
            <legend>{group.title}</legend>
            {group.sentence && <p className="qt-second">{group.sentence}</p>}
            <div className="qt-fields">
              {fieldsOf([group], form.values).map((field) => (
                <Field
                  key={field.name}
                  id={`${prefix}${field.name}`}
                  label={field.label}
                  help={field.help}
                  required={field.kind === 'switch' || isRequired(schema, field.name)}
                  error={form.faults[field.name]}
                >
                  {(control) => (
                    <Control
                      field={field}
                      control={control}
                      value={form.values[field.name]}
                      onChange={(value) => form.change(field.name, value)}
                    />
                  )}
                </Field>
              ))}
            </div>
          </fieldset>
        ))
      )}
      <div className="qt-formfoot">
        <Button type="primary" size="large" htmlType="submit" loading={form.busy}>
          {stepped && !checking ? '下一步' : submitLabel}
        </Button>
        {stepped && form.step > 0 && (
          <Button size="large" onClick={() => form.goTo(form.step - 1)}>
            上一步
          </Button>
        )}
        {props.secondary}
        <span className="qt-tiny qt-quiet" role="status">
          {form.draftSaid}
        </span>
      </div>
    </form>
  )
}

interface SummaryProps {
  faults: Faults
  fields: readonly FormField[]
  failure: ApiError | undefined
  prefix: string
}
/** All faults at the top; each leads to its field. Takes the focus when it appears, so that nobody hunts for red. */
function Summary({ faults, fields, failure, prefix }: SummaryProps) {
  const box = useRef<HTMLDivElement>(null)
  const names = Object.keys(faults)
  const appeared = failure ?? (names.length > 0 ? 'faults' : undefined)
  useEffect(() => {
    if (appeared) box.current?.focus()
  }, [appeared])
  if (!appeared) return null
  const detail = failure && (names.length === 0 || names.includes('')) ? failure.detail : undefined
  return (
    <div className="qt-summary" ref={box} tabIndex={-1} role="alert">
      <b>
        <Icon name="warning" />
        {detail ?? `有 ${names.length} 处需要修改，填写的内容都还在`}
      </b>
      <ul>
        {fields
          .filter(({ name }) => faults[name])
          .map(({ name }) => (
            <li key={name}>
              <button
                type="button"
                className="qt-plain link"
                onClick={() => document.getElementById(`${prefix}${name}`)?.focus()}
              >
                {faults[name]}
              </button>
            </li>
          ))}
        {faults[''] && !detail && <li>{faults['']}</li>}
      </ul>
      {failure?.instance && <small>问题编号 {failure.instance}</small>}
    </div>
  )
}

interface CheckProps {
  groups: readonly FormGroup[]
  values: FormValues
  goTo: (step: number) => void
}
/** Every answer once more before it is sent; each group can be changed. */
function CheckPage({ groups, values, goTo }: CheckProps) {
  return groups.map((group, at) => (
    <section key={group.title} className="qt-check">
      <div className="qt-section">
        <h2>{group.title}</h2>
        <button type="button" className="qt-plain link" onClick={() => goTo(at)}>
          修改<span className="qt-hidden">{group.title}</span>
        </button>
      </div>
      <dl>
        {fieldsOf([group], values).map((field) => (
          <div key={field.name}>
            <dt>{field.label}</dt>
            <dd>{say(field, values[field.name])}</dd>
          </div>
        ))}
      </dl>
    </section>
  ))
}
