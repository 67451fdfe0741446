import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import type { Views } from './use-views.ts'

/** Keeps what is shown now under a name; a name that is taken is written over. */
export function NewView({ saved, placeholder }: { saved: Views; placeholder: string }) {
  const [typed, setTyped] = useState('')
  const name = typed.trim()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name === '') return
    saved.save(name)
    setTyped('')
  }
  return (
    <form className="qt-row" onSubmit={submit}>
      <Input
        aria-label="视图名称"
        placeholder={placeholder}
        value={typed}
        maxLength={20}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Button htmlType="submit" disabled={name === ''}>
        {saved.views.some((view) => view.name === name) ? '覆盖' : '保存'}
      </Button>
    </form>
  )
}
