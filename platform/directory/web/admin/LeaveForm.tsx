import { useCommand } from '#kernel/web'
import { RecordForm } from '#ui'
import { type AdminPerson, directoryApi } from '../../contract.ts'
import { directory } from '../client.ts'
import { reasonField } from './fields.ts'
import { Handover, successorFields } from './Handover.tsx'

/** All posts end; the person leaves the contacts and keeps the record. */
export function LeaveForm({ person, onDone }: { person: AdminPerson; onDone: () => void }) {
  const leave = useCommand(directory.leavePerson, { quiet: true })
  return (
    <>
      <Handover personId={person.id} />
      <RecordForm
        id={`person.${person.id}.leave`}
        schema={directoryApi.leavePerson.input}
        initial={{ status: 'left' }}
        extra={{ id: person.id, revision: person.revision }}
        groups={[
          {
            title: '离职或退休',
            sentence: '全部任职结束，不再出现在通讯录里。以后可以恢复在职。',
            fields: [
              {
                name: 'status',
                label: '去向',
                kind: 'select',
                options: [
                  { value: 'left', label: '离职' },
                  { value: 'retired', label: '退休' },
                ],
              },
              { name: 'day', label: '生效日', help: '不填就是今天', kind: 'date' },
            ],
          },
          { title: '交接', fields: [...successorFields, reasonField] },
        ]}
        submitLabel="办理"
        onSubmit={leave.mutateAsync}
        onDone={onDone}
      />
    </>
  )
}
