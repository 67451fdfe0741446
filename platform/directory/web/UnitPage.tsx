import { Navigate, useParams } from '@tanstack/react-router'
import { Icon, usePhone, useTitle } from '#ui'
import { useAccount } from './account.ts'
import { useContactsState } from './contacts-state.ts'
import { PhoneBack } from './PhoneBack.tsx'
import { Crumb, UnitTags } from './UnitHead.tsx'
import { UnitInfo } from './UnitInfo.tsx'
import { UnitBody, UnitMissing } from './UnitPane.tsx'
import { useTree } from './use-tree.ts'
import { useUnit } from './use-unit.ts'
import './contacts.css'

/** A unit on the phone: its lower units and people; on a desk the same address opens the three panes. */
export function UnitPage() {
  const phone = usePhone()
  const { id = '' }: { id?: string } = useParams({ strict: false })
  return phone ? <UnitPhone id={id} /> : <Navigate to="/contacts" search={{ unit: id }} replace />
}

function UnitPhone({ id }: { id: string }) {
  const tree = useTree(useAccount())
  const [state, change] = useContactsState()
  const { unit, error, again } = useUnit(id, tree)
  useTitle(unit?.shortName)
  const info = state.info !== ''
  return (
    <div className="ct-phone">
      <PhoneBack title={unit?.shortName ?? '单位'}>
        {unit && (
          <button
            type="button"
            className="qt-ib"
            aria-label={info ? '看人员' : '单位信息'}
            aria-pressed={info}
            onClick={() => change({ info: info ? '' : 'unit' })}
          >
            <Icon name={info ? 'people' : 'doc'} size={24} />
          </button>
        )}
      </PhoneBack>
      {unit ? (
        <>
          <div className="ct-phonehead">
            <Crumb crumb={unit.crumb} />
            <UnitTags unit={unit} />
          </div>
          {info ? (
            <div className="ct-phonecard">
              <UnitInfo unit={unit} error={error} again={again} />
            </div>
          ) : (
            <UnitBody unit={unit} tree={tree} selectedId="" view={state.view} onView={(view) => change({ view })} />
          )}
        </>
      ) : (
        <UnitMissing error={error} again={again} />
      )}
    </div>
  )
}
