import { Link } from '@tanstack/react-router'
import { format, highlightText, Icon, Marked, usePhone } from '#ui'
import type { UnitNode } from '../contract.ts'
import './unit.css'

interface Props {
  unit: Pick<UnitNode, 'id' | 'name' | 'shortName' | 'peopleTotal'>
  /** typed words to mark */
  q?: string
  /** a second line: where it hangs */
  note?: string
  /** the long name */
  full?: boolean
}

/** The way to a unit, as a line with its people counted at the right. */
export function UnitLink({ unit, q = '', note, full }: Props) {
  const phone = usePhone()
  const target = phone
    ? ({ to: '/contacts/units/$id', params: { id: unit.id } } as const)
    : ({ to: '/contacts', search: { unit: unit.id }, resetScroll: false } as const)
  const name = full || q !== '' ? unit.name : unit.shortName
  return (
    <Link {...target} className="ct-unitlink" data-line="">
      <Icon name="unit" />
      <span className="qt-grow">
        <span className="name qt-ellipsis">
          <Marked text={name} ranges={highlightText(q, name)} />
        </span>
        {note && <small className="qt-ellipsis">{note}</small>}
      </span>
      {unit.peopleTotal > 0 && <span className="count">{format.number(unit.peopleTotal)} 人</span>}
      <Icon name="chevronRight" size={16} />
    </Link>
  )
}
