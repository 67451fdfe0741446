import { Link } from '@tanstack/react-router'
import { Icon, Tag, usePhone } from '#ui'
import { levelNames, type UnitRef, unitKinds } from '../contract.ts'
import type { KnownUnit } from './use-unit.ts'
import './unit.css'

export function Crumb({ crumb }: { crumb: readonly UnitRef[] }) {
  const phone = usePhone()
  return (
    <nav className="ct-crumb" aria-label="上级">
      {crumb.map((above, index) => (
        <span key={above.id}>
          {index > 0 && <Icon name="chevronRight" size={12} />}
          {phone ? (
            <Link to="/contacts/units/$id" params={{ id: above.id }}>
              {above.shortName}
            </Link>
          ) : (
            <Link to="/contacts" search={{ unit: above.id }} resetScroll={false}>
              {above.shortName}
            </Link>
          )}
        </span>
      ))}
    </nav>
  )
}

export function UnitTags({ unit }: { unit: KnownUnit }) {
  const level = levelNames[unit.level as keyof typeof levelNames]
  return (
    <span className="ct-tags">
      {unit.kind !== 'group' && <Tag>{unitKinds[unit.kind]}</Tag>}
      {unit.kind !== 'village' && level && <Tag>{level}</Tag>}
      {unit.detail?.closed && <Tag tone="warn">不对外公开</Tag>}
    </span>
  )
}

/** Where the unit hangs, what it is called, what it does in a sentence. */
export function UnitHead({ unit, onInfo }: { unit: KnownUnit; onInfo: () => void }) {
  const functions = unit.detail?.functions ?? []
  return (
    <header className="ct-unithead">
      <Crumb crumb={unit.crumb} />
      <div className="ct-unitname">
        <h2>{unit.name}</h2>
        <UnitTags unit={unit} />
      </div>
      {functions.length > 0 ? (
        <p>
          {functions.map(({ content }) => content.replace(/[。；]$/u, '')).join('；')}。
          <button type="button" className="qt-plain ct-textlink" onClick={onInfo}>
            三定职责
          </button>
        </p>
      ) : (
        <p className="ct-narrowonly">
          <button type="button" className="qt-plain ct-textlink" onClick={onInfo}>
            单位信息
          </button>
        </p>
      )}
    </header>
  )
}
