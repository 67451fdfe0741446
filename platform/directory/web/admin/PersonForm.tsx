import { useCommand } from '#kernel/web'
import { RecordForm } from '#ui'
import { type AdminPerson, directoryApi, NewPerson } from '../../contract.ts'
import { directory } from '../client.ts'
import { personFields, reasonField } from './fields.ts'
import { useChoices } from './use-pickers.ts'
import { emptied } from './words.ts'

// a change may leave any field out, but a person without a name is nobody
const EditPerson = directoryApi.updatePerson.input.extend({ name: NewPerson.shape.name })

/** The person's own fields. */
export function PersonForm({ person, onDone }: { person: AdminPerson; onDone: () => void }) {
  const update = useCommand(directory.updatePerson, { quiet: true })
  const { ranks } = useChoices()
  return (
    <RecordForm
      id={`person.${person.id}.edit`}
      schema={EditPerson}
      initial={{ ...person, reason: '' }}
      extra={{ id: person.id, revision: person.revision }}
      groups={[
        {
          title: '个人信息',
          fields: [
            ...personFields(ranks),
            { name: 'pinyin', label: '拼音', help: '多音字读错时改，音节之间空一格', kind: 'text', maxLength: 120 },
            {
              name: 'identityNumber',
              label: '公民身份号码',
              secret: true,
              help: person.identityMasked ? `现为 ${person.identityMasked}，不填就不改` : '用来认出同一个人',
              kind: 'text',
              maxLength: 40,
            },
            reasonField,
          ],
        },
      ]}
      submitLabel="保存"
      onSubmit={(input) =>
        update.mutateAsync(emptied(input, ['gender', 'mobile', 'email', 'rank', 'staffNo', 'pinyin']))
      }
      onDone={onDone}
    />
  )
}
