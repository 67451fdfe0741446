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

/** Takes away a post entered by mistake; one that was in effect before today ends instead. */
export function DeletePostForm({ person, post, onDone }: Props) {
  const remove = useCommand(directory.deletePost, { quiet: true })
  return (
    <RecordForm
      id={`post.${post.id}.delete`}
      schema={directoryApi.deletePost.input}
      extra={{ id: post.id, revision: person.revision }}
      groups={[
        {
          title: `删除${post.unit.name}${post.title}`,
          sentence: '只用于录错的任职：删除后不算任过职。录入和删除都留在沿革里。',
          fields: [reasonField],
        },
      ]}
      submitLabel="删除任职"
      onSubmit={remove.mutateAsync}
      onDone={onDone}
    />
  )
}
