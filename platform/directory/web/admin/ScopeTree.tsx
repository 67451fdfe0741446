import { useQuery } from '@tanstack/react-query'
import { apiQuery } from '#kernel/web'
import { ErrorState, Skeleton300, UnitTree } from '#ui'
import type { AdminUnit } from '../../contract.ts'
import { directory } from '../client.ts'
import { topsOfScope, useUnitSource } from './use-pickers.ts'

interface Props {
  /** the unit whose subtree is listed */
  selected: AdminUnit | undefined
  onSelect: (id: string) => void
}

/** Left pane of the desk: the units of the scope; what is chosen here narrows the list beside it. */
export function ScopeTree({ selected, onSelect }: Props) {
  const { load } = useUnitSource()
  // read again after every change of units: then the open branches are read again too
  const tops = useQuery(apiQuery(directory.adminUnits, topsOfScope))
  return (
    <nav className="oa-tree" aria-label="单位树">
      {tops.data ? (
        <UnitTree
          label="管理范围内的单位"
          load={load}
          selectedId={selected?.id}
          onSelect={({ id }) => onSelect(id)}
          reveal={[...(tops.data.rows.length === 1 ? tops.data.rows : []), ...(selected?.crumb ?? [])].map(
            ({ id }) => id,
          )}
          version={tops.dataUpdatedAt}
        />
      ) : tops.isError ? (
        <ErrorState error={tops.error} onRetry={() => void tops.refetch()} />
      ) : (
        <Skeleton300 lines={10} />
      )}
    </nav>
  )
}
