import { useCommand } from '#kernel/web'
import { RecordForm } from '#ui'
import { type AdminPerson, directoryApi, NewPost, postKinds } from '../../contract.ts'
import { directory } from '../client.ts'
import { postFields, reasonField } from './fields.ts'
import { useUnitSource } from './use-pickers.ts'
import { emptied, options } from './words.ts'

interface Person {
  id: string
  revision: number
}

const EditPost = directoryApi.updatePost.input.extend({ unitId: NewPost.shape.unitId })
const { main: _main, ...besides } = postKinds

/** One more post of somebody who is known already 一人一号. */
export function AddPostForm({ person, onDone }: { person: Person; onDone: () => void }) {
  const create = useCommand(directory.createPost, { quiet: true })
  const units = useUnitSource()
  return (
    <RecordForm
      id={`person.${person.id}.post`}
      schema={directoryApi.createPost.input}
      initial={{ kind: 'concurrent' }}
      extra={{ id: person.id, revision: person.revision }}
      groups={[
        {
          title: '任职',
          sentence: '主职只有一个，换主职请用调动。',
          fields: [
            { name: 'kind', label: '任职类型', kind: 'select', options: options(besides) },
            ...postFields(units),
            reasonField,
          ],
        },
      ]}
      submitLabel="增加任职"
      onSubmit={create.mutateAsync}
      onDone={onDone}
    />
  )
}

interface EditProps {
  person: Person
  post: AdminPerson['posts'][number]
  onDone: () => void
}
export function EditPostForm({ person, post, onDone }: EditProps) {
  const update = useCommand(directory.updatePost, { quiet: true })
  const units = useUnitSource()
  return (
    <RecordForm
      id={`post.${post.id}`}
      schema={EditPost}
      initial={{ ...post, unitId: [{ id: post.unit.id, name: post.unit.name }], reason: '' }}
      extra={{ id: post.id, revision: person.revision }}
      groups={[
        {
          title: postKinds[post.kind],
          fields: [
            ...postFields(units),
            { name: 'sort', label: '次序', help: '小的在前', kind: 'number', min: 0, max: 1_000_000_000 },
            reasonField,
          ],
        },
      ]}
      submitLabel="保存"
      onSubmit={(input) =>
        update.mutateAsync({ ...emptied(input, ['charge', 'phone', 'room']), title: input.title ?? '' })
      }
      onDone={onDone}
    />
  )
}
