import { Link } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { ApiError, useCommand } from '#kernel/web'
import { EmptyState, Field, Logo } from '#ui'
import { identity } from './client.ts'
import { faultOf } from './ways.ts'
import './sign-in.css'

type Name = 'account' | 'first' | 'second' | 'next'
const fields: readonly { name: Name; label: string; help?: string }[] = [
  { name: 'account', label: '账号' },
  { name: 'first', label: '第一段找回码', help: '一位管理员交给您的' },
  { name: 'second', label: '第二段找回码', help: '另一位管理员交给您的' },
  { name: 'next', label: '新口令', help: '至少 10 个字符，可以用一句话' },
]

/** 找回账号: with the two parts that two administrators handed over, the person sets a new password. */
export function RecoverPage() {
  const [values, setValues] = useState<Record<Name, string>>({ account: '', first: '', second: '', next: '' })
  const [faults, setFaults] = useState<Partial<Record<Name | 'form', string>>>({})
  const recover = useCommand(identity.redeemRecovery, { quiet: true, invalidates: [] })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const empty = fields.filter(({ name }) => values[name].trim() === '')
    setFaults(Object.fromEntries(empty.map(({ name, label }) => [name, `请填写${label}`])))
    if (empty.length > 0) return
    recover.mutate(values, {
      onError: (error) => {
        const next = error instanceof ApiError ? error.errors.find(({ path }) => path === 'next') : undefined
        setFaults(next ? { next: next.message } : { form: faultOf(error) })
      },
    })
  }
  return (
    <main className="id-recover">
      <div className="qt-row">
        <Logo size={40} />
        <h1>找回账号</h1>
      </div>
      {recover.isSuccess ? (
        <EmptyState
          icon="check"
          title="新口令已设好"
          detail="原来的登录都已结束，请用新口令登录。"
          action={<Link to="/sign-in">去登录</Link>}
        />
      ) : (
        <form className="id-proof" onSubmit={submit} aria-label="找回账号" noValidate>
          <p className="qt-second">
            请先联系本单位管理员当面核实。两位管理员各给您一段找回码，24
            小时内有效。新任命的管理员凭任命时得到的两段一次性码，也在这里设口令。
          </p>
          {faults.form && (
            <p className="qt-fault" role="alert">
              {faults.form}
            </p>
          )}
          {fields.map(({ name, label, help }) => {
            const Control = name === 'next' ? Input.Password : Input
            return (
              <Field key={name} label={label} help={help} required error={faults[name]}>
                {(control) => (
                  <Control
                    {...control}
                    size="large"
                    autoComplete={name === 'next' ? 'new-password' : name === 'account' ? 'username' : 'off'}
                    autoCapitalize="none"
                    spellCheck={false}
                    maxLength={name === 'next' ? 256 : 64}
                    value={values[name]}
                    onChange={(event) => setValues({ ...values, [name]: event.target.value })}
                  />
                )}
              </Field>
            )
          })}
          <Button type="primary" size="large" htmlType="submit" block loading={recover.isPending}>
            设新口令
          </Button>
          <p className="qt-small">
            <Link to="/sign-in">回到登录</Link>
          </p>
        </form>
      )}
    </main>
  )
}
