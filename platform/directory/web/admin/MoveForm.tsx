import { useCommand } from '#kernel/web'
import { RecordForm } from '#ui'
import { type AdminPerson, directoryApi } from '../../contract.ts'
import { directory } from '../client.ts'
import { postFields, reasonField } from './fields.ts'
import { Handover, successorFields } from './Handover.tsx'
import { useUnitSource } from './use-pickers.ts'

/** The main post passes to another unit. */
export function MoveForm({ person, onDone }: { person: AdminPerson; onDone: () => void }) {
  const move = useCommand(directory.movePerson, { quiet: true })
  const units = useUnitSource()
  return (
    <>
      <Handover personId={person.id} />
      <RecordForm
        id={`person.${person.id}.move`}
        schema={directoryApi.movePerson.input}
        extra={{ id: person.id, revision: person.revision }}
        groups={[
          {
            title: '新的主职',
            fields: [
              ...postFields(units),
              { name: 'endOthers', label: '其他任职', kind: 'switch', on: '一并免去', off: '保留兼职、挂职和借调' },
            ],
          },
          { title: '交接', fields: [...successorFields, reasonField] },
        ]}
        submitLabel="办理调动"
        onSubmit={move.mutateAsync}
        onDone={onDone}
      />
    </>
  )
}
