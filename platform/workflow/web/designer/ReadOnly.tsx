import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { apiQuery } from '#kernel/web'
import { Await, usePhone } from '#ui'
import type { Draft } from '../../contract/designing.ts'
import { designs } from '../client.ts'
import { Drawing } from '../tracking/Drawing.tsx'

/** What the simple designer cannot draw is shown as it is, with the reasons. */
export function ReadOnly({ draft, toExpert }: { draft: Draft; toExpert: () => void }) {
  const phone = usePhone()
  const query = useQuery({ ...apiQuery(designs.draftDiagram, { id: draft.id }), staleTime: 0 })
  return (
    <div className="readonly">
      <section aria-label="不能在这里改的原因">
        <h2>这个流程只能在专业设计器里改</h2>
        <ul>
          {draft.reasons.slice(0, 20).map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
        {phone ? (
          <p className="qt-second">专业设计器要在电脑上打开。</p>
        ) : (
          <Button onClick={toExpert}>用专业设计器打开</Button>
        )}
      </section>
      <Await query={query}>{(diagram) => <Drawing label="流程图（只看）" diagram={diagram} />}</Await>
    </div>
  )
}
