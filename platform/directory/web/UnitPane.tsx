import { Link } from '@tanstack/react-router'
import { ApiError } from '#kernel/web'
import { EmptyState, ErrorState, format, Skeleton300, usePhone } from '#ui'
import { PeopleList } from './PeopleList.tsx'
import { UnitLink } from './UnitLink.tsx'
import type { Tree } from './use-tree.ts'
import { type KnownUnit, shapeOf } from './use-unit.ts'

/** What stands where a unit should be: it waits, it failed, or it is gone. */
export function UnitMissing({ error, again }: { error: unknown; again: () => void }) {
  if (!error) return <Skeleton300 lines={8} />
  const gone = error instanceof ApiError && (error.status === 404 || error.status === 400 || error.status === 422)
  if (!gone) return <ErrorState error={error} onRetry={again} />
  return (
    <EmptyState
      icon="unit"
      title="没有这个单位"
      detail="它可能已撤销、并入别的单位，或者不对您公开。"
      action={<Link to="/contacts">回到本单位</Link>}
    />
  )
}

interface BodyProps {
  unit: KnownUnit
  tree: Tree
  selectedId: string
  view: string
  onView: (view: '' | 'units') => void
  onOpen?: (personId: string) => void
}

/** The people of a unit, its lower units, or a choice of the two. */
export function UnitBody({ unit, tree, selectedId, view, onView, onOpen }: BodyProps) {
  const phone = usePhone()
  const { hasPeople, lower } = shapeOf(unit)
  const both = hasPeople && lower > 0
  const units = lower > 0 && (!hasPeople || view === 'units')
  return (
    <>
      {both && (
        <div className="ct-choice">
          <button type="button" aria-pressed={!units} onClick={() => onView('')}>
            人员
          </button>
          <button type="button" aria-pressed={units} onClick={() => onView('units')}>
            下级单位 {format.number(lower)}
          </button>
        </div>
      )}
      {!units && !phone && (
        <div className="ct-columns" aria-hidden="true">
          <span>姓名</span>
          <span>职务</span>
          <span>办公电话</span>
          <span className="ct-mobile">手机</span>
        </div>
      )}
      {units ? (
        <LowerUnits key={unit.id} unit={unit} tree={tree} />
      ) : (
        <PeopleList key={unit.id} unit={unit} selectedId={selectedId} onOpen={onOpen} />
      )}
    </>
  )
}

function LowerUnits({ unit, tree }: Pick<BodyProps, 'unit' | 'tree'>) {
  const branch = tree.state.branches.get(unit.id)
  if (!branch?.nodes) {
    if (branch?.failed && !branch.loading)
      return <ErrorState error={branch.failed.error} onRetry={() => tree.store.retry(unit.id)} />
    return <Skeleton300 lines={8} />
  }
  const divisions = new Set(unit.divisions.map(({ id }) => id))
  const nodes = branch.nodes.filter(({ id }) => !divisions.has(id))
  return (
    <div className="ct-scroll">
      <ul aria-label={`${unit.name}的下级单位`} className="ct-units">
        {nodes.map((node) => (
          <li key={node.id}>
            <UnitLink unit={node} full={node.kind !== 'region' && node.kind !== 'village'} />
          </li>
        ))}
      </ul>
    </div>
  )
}
