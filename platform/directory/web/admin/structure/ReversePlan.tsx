import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { RecordForm } from '#ui'
import { directoryApi, type StructurePlan } from '../../../contract.ts'
import { directory } from '../../client.ts'

/** A plan that takes back what this one did: a draft like any other, with what it cannot take back. */
export function ReversePlan({ plan }: { plan: StructurePlan }) {
  const reverse = useCommand(directory.reverseStructurePlan, { quiet: true })
  const [made, setMade] = useState<Awaited<ReturnType<typeof directory.reverseStructurePlan>>>()
  if (made)
    return (
      <section className="oa-notice" aria-label="反向方案" role="status">
        <b>已生成草稿“{made.plan.title}”</b>
        {made.notes.length > 0 && (
          <ul>
            {made.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        )}
        <Link className="oa-link" to="/structure/$id" params={{ id: made.plan.id }}>
          打开反向方案
        </Link>
      </section>
    )
  return (
    <RecordForm
      id={`structure.${plan.id}.reverse`}
      schema={directoryApi.reverseStructurePlan.input}
      extra={{ id: plan.id }}
      groups={[
        {
          title: '反向方案',
          sentence: '恢复到施行以前的样子。先生成草稿，预览、批准后才施行。',
          fields: [{ name: 'effectiveOn', label: '生效日', kind: 'date' }],
        },
      ]}
      submitLabel="生成反向方案"
      onSubmit={reverse.mutateAsync}
      onDone={setMade}
    />
  )
}
