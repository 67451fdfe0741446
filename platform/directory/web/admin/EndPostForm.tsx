import { useCommand } from '#kernel/web'
import { RecordForm } from '#ui'
import { type AdminPerson, directoryApi } from '../../contract.ts'
import { directory } from '../client.ts'
import { reasonField } from './fields.ts'

interface Props {
  person: AdminPerson
  post: AdminPerson['posts'][number]
  onDone: () => void
}
export function EndPostForm({ person, post, onDone }: Props) {
  const end = useCommand(directory.endPost, { quiet: true })
  return (
    <RecordForm
      id={`post.${post.id}.end`}
      schema={directoryApi.endPost.input}
      extra={{ id: post.id, revision: person.revision }}
      groups={[
        {
          title: `免去${post.unit.name}${post.title}`,
          sentence: '任职结束后留在以往任职里。',
          fields: [{ name: 'day', label: '免职日', help: '不填就是今天', kind: 'date' }, reasonField],
        },
      ]}
      submitLabel="免去任职"
      onSubmit={end.mutateAsync}
      onDone={onDone}
    />
  )
}
