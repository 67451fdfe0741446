import { z } from 'zod'
import { useCommand } from '#kernel/web'
import { RecordForm } from '#ui'
import { type AdminPerson, NewPost } from '../../contract.ts'
import { directory } from '../client.ts'
import { postFields, reasonField } from './fields.ts'
import { useUnitSource } from './use-pickers.ts'

const Return = NewPost.omit({ kind: true }).extend({ reason: z.string().trim().max(200).optional() })

/** Back in office, in one main post. */
export function ReturnForm({ person, onDone }: { person: AdminPerson; onDone: () => void }) {
  const comeBack = useCommand(directory.returnPerson, { quiet: true })
  const units = useUnitSource()
  return (
    <RecordForm
      id={`person.${person.id}.return`}
      schema={Return}
      groups={[{ title: '恢复在职后的主职', fields: [...postFields(units), reasonField] }]}
      submitLabel="恢复在职"
      onSubmit={({ reason, ...post }) =>
        comeBack.mutateAsync({ id: person.id, revision: person.revision, post, reason })
      }
      onDone={onDone}
    />
  )
}
