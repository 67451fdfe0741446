import { Link } from '@tanstack/react-router'
import { usePhone } from '#ui'
import type { UnitRef } from '../contract.ts'

/** A unit named inside a text, as the way to it. */
export function UnitName({ unit }: { unit: UnitRef }) {
  const phone = usePhone()
  if (phone)
    return (
      <Link to="/contacts/units/$id" params={{ id: unit.id }} className="ct-unitname-link">
        {unit.name}
      </Link>
    )
  return (
    <Link
      to="/contacts"
      search={(old: object) => ({ ...old, q: undefined, unit: unit.id })}
      className="ct-unitname-link"
      resetScroll={false}
    >
      {unit.name}
    </Link>
  )
}
