import { Fragment, type ReactNode } from 'react'

/** Names and values under each other; what is not known is said. */
export function Facts({ rows }: { rows: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="oa-facts">
      {rows.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>
            {value === null || value === undefined || value === '' ? <span className="qt-quiet">未填</span> : value}
          </dd>
        </Fragment>
      ))}
    </dl>
  )
}
