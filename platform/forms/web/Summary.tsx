import { useEffect, useRef } from 'react'
import type { ApiError } from '#kernel/web'
import { Icon } from '#ui'
import { useForm, useTold } from './use-form.ts'

/** All problems at the top, each leading to its field; takes the focus when somebody tried to hand in. */
export function Summary({ tries, failure }: { tries: number; failure: ApiError | undefined }) {
  const told = Object.entries(useTold())
  const { prefix } = useForm()
  const box = useRef<HTMLDivElement>(null)
  const shown = tries > 0 && (told.length > 0 || failure !== undefined)
  useEffect(() => {
    if (tries > 0) box.current?.focus()
  }, [tries])
  if (!shown) return null
  const general = told.filter(([path]) => path === '').map(([, message]) => message)
  const placed = told.filter(([path]) => path !== '')
  return (
    <div className="qt-summary" ref={box} tabIndex={-1} role="alert">
      <b>
        <Icon name="warning" />
        {placed.length > 0 ? `有 ${placed.length} 处需要修改，填写的内容都还在` : (failure?.detail ?? general[0])}
      </b>
      <ul>
        {placed.map(([path, message]) => (
          <li key={path}>
            <button type="button" className="qt-plain link" onClick={() => jumpTo(`${prefix}${path}`)}>
              {message}
            </button>
          </li>
        ))}
      </ul>
      {failure?.instance && <small>问题编号 {failure.instance}</small>}
    </div>
  )
}

const jumpTo = (id: string): void => {
  const target = document.getElementById(id)
  target?.scrollIntoView({ block: 'center' })
  target?.focus()
}
