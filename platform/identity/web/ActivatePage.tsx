import { Link } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { ApiError, useCommand } from '#kernel/web'
import { Field, Logo } from '#ui'
import { identity } from './client.ts'
import { faultOf } from './ways.ts'
import './sign-in.css'

type Name = 'account' | 'part' | 'next' | 'again'
const fields: readonly { name: Name; label: string; help?: string }[] = [
  { name: 'account', label: '登录名', help: '激活码旁边写着；有的单位也可以填手机号' },
  { name: 'part', label: '激活码', help: '10 个字母和数字，大小写、横线都不要紧' },
  { name: 'next', label: '新口令', help: '至少 10 个字符，可以用一句话' },
  { name: 'again', label: '再填一次新口令' },
]
type Values = Record<Name, string>
type Faults = Partial<Record<Name | 'form', string>>

const faultsIn = (values: Values): Faults => {
  const empty = fields.filter(({ name }) => values[name].trim() === '')
  if (empty.length > 0) return Object.fromEntries(empty.map(({ name, label }) => [name, `请填写${label}`]))
  return values.next === values.again ? {} : { again: '两次填写的新口令不一样' }
}
const faultsOf = (error: unknown): Faults => {
  const next = error instanceof ApiError ? error.errors.find(({ path }) => path === 'next') : undefined
  return next ? { next: next.message } : { form: faultOf(error) }
}

/** 激活账号: with the name and the part that an administrator handed over, the person sets the first password and is in. */
export function ActivatePage() {
  const [values, setValues] = useState<Values>({ account: '', part: '', next: '', again: '' })
  const [faults, setFaults] = useState<Faults>({})
  const activate = useCommand(identity.activate, { quiet: true, invalidates: [] })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const found = faultsIn(values)
    setFaults(found)
    if (Object.keys(found).length > 0) return
    const { account, part, next } = values
    activate.mutate(
      { account, part, next },
      {
        // from the beginning, with nothing of the stranger's page
        onSuccess: () => location.assign('/'),
        onError: (error) => setFaults(faultsOf(error)),
      },
    )
  }
  return (
    <main className="id-recover">
      <div className="qt-row">
        <Logo size={40} />
        <h1>激活账号</h1>
      </div>
      <form className="id-proof" onSubmit={submit} aria-label="激活账号" noValidate>
        <p className="qt-second">第一次登录前，凭本单位管理员交给您的登录名和激活码，自己设一个口令。</p>
        {faults.form && (
          <p className="qt-fault" role="alert">
            {faults.form}
          </p>
        )}
        {fields.map(({ name, label, help }) => {
          const secret = name === 'next' || name === 'again'
          const Control = secret ? Input.Password : Input
          return (
            <Field key={name} label={label} help={help} required error={faults[name]}>
              {(control) => (
                <Control
                  {...control}
                  size="large"
                  autoComplete={secret ? 'new-password' : name === 'account' ? 'username' : 'one-time-code'}
                  autoCapitalize="none"
                  spellCheck={false}
                  maxLength={secret ? 256 : 64}
                  value={values[name]}
                  onChange={(event) => setValues({ ...values, [name]: event.target.value })}
                />
              )}
            </Field>
          )
        })}
        <Button type="primary" size="large" htmlType="submit" block loading={activate.isPending || activate.isSuccess}>
          激活并登录
        </Button>
        <p className="qt-small qt-quiet">激活码过期或丢了，请本单位管理员重新发。</p>
        <p className="qt-small">
          <Link to="/sign-in">已设过口令，去登录</Link>
        </p>
      </form>
    </main>
  )
}
