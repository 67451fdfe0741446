import { Fragment, type ReactNode } from 'react'
import './facts.css'

interface Props {
  rows: readonly (readonly [name: string, value: ReactNode])[]
  /** said where a value is missing; without it such a row is left out */
  missing?: ReactNode
  /** close lines and longer names, for long lists */
  dense?: boolean
}

const isKnown = (value: ReactNode): boolean => value !== null && value !== undefined && value !== '' && value !== false

/** Names and values, one a line. */
export function Facts({ rows, missing, dense }: Props) {
  const shown = missing === undefined ? rows.filter(([, value]) => isKnown(value)) : rows
  return (
    <dl className={dense ? 'qt-facts dense' : 'qt-facts'}>
      {shown.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{isKnown(value) ? value : missing}</dd>
        </Fragment>
      ))}
    </dl>
  )
}
