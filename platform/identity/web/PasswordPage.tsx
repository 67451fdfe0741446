import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { ApiError, useCommand } from '#kernel/web'
import { Field, Page, toast } from '#ui'
import { identity } from './client.ts'
import './identity.css'

const LEAST = 10
type Name = 'current' | 'next' | 'again'
type Faults = Partial<Record<Name | 'form', string>>

const faultsOf = (values: Record<Name, string>): Faults => ({
  ...(values.current === '' && { current: '请填写现在的口令' }),
  ...(values.next.length < LEAST && { next: `新口令至少 ${LEAST} 个字符` }),
  ...(values.next === values.current && values.next !== '' && { next: '新口令不能与现在的相同' }),
  ...(values.again !== values.next && { again: '两次填写的新口令不一样' }),
})

/** 修改口令. Not a RecordForm: what is typed here must never become a draft. */
export function PasswordPage() {
  const navigate = useNavigate()
  const [values, setValues] = useState({ current: '', next: '', again: '' })
  const [faults, setFaults] = useState<Faults>({})
  const change = useCommand(identity.changePassword, { quiet: true })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const found = faultsOf(values)
    setFaults(found)
    if (Object.keys(found).length > 0) return
    change.mutate(
      { current: values.current, next: values.next },
      {
        onSuccess: () => {
          toast.done('口令已修改，其他设备上的登录已经结束')
          void navigate({ to: '/me/sessions' })
        },
        onError: (error) =>
          setFaults(error instanceof ApiError ? serverFaults(error) : { form: '口令没有改成，请稍后再试。' }),
      },
    )
  }
  const field = (name: Name, label: string, autoComplete: string, help?: string) => (
    <Field label={label} required help={help} error={faults[name]}>
      {(control) => (
        <Input.Password
          {...control}
          size="large"
          maxLength={256}
          autoComplete={autoComplete}
          value={values[name]}
          onChange={(event) => setValues({ ...values, [name]: event.target.value })}
        />
      )}
    </Field>
  )
  return (
    <Page title="修改口令" sentence="改好以后，其他设备上的登录会结束。" above={<Link to="/me">我</Link>}>
      <form className="id-password" onSubmit={submit} aria-label="修改口令" noValidate>
        {faults.form && (
          <p className="qt-fault" role="alert">
            {faults.form}
          </p>
        )}
        {field('current', '现在的口令', 'current-password')}
        {field('next', '新口令', 'new-password', `至少 ${LEAST} 个字符，可以用一句话`)}
        {field('again', '再填一次新口令', 'new-password')}
        <div>
          <Button type="primary" size="large" htmlType="submit" loading={change.isPending}>
            修改口令
          </Button>
        </div>
      </form>
    </Page>
  )
}

const serverFaults = ({ errors, detail }: ApiError): Faults => {
  const known = errors.filter(({ path }) => path === 'current' || path === 'next')
  return known.length > 0 ? Object.fromEntries(known.map(({ path, message }) => [path, message])) : { form: detail }
}
