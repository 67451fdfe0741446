import type { ReactNode } from 'react'

interface Props {
  title: string
  state: ReactNode
  action?: ReactNode
  /** what stands under the line while it is being set up */
  children?: ReactNode
}

/** One way to sign in: what it is, how it stands, what one can do. */
export function Setting({ title, state, action, children }: Props) {
  return (
    <div className="id-setting">
      <div className="head">
        <div className="qt-grow">
          <b>{title}</b>
          <div className="qt-small qt-second">{state}</div>
        </div>
        {action}
      </div>
      {children}
    </div>
  )
}
