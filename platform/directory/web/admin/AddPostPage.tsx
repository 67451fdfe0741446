import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { apiQuery } from '#kernel/web'
import { Await, Page, toast } from '#ui'
import { directory } from '../client.ts'
import { AdminNav } from './AdminNav.tsx'
import { AddPostForm } from './PostForm.tsx'

/** A post here for somebody whose main post may be elsewhere. */
export function AddPostPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const person = useQuery(apiQuery(directory.person, { id }))
  const navigate = useNavigate()
  return (
    <Page watermark title={person.data ? `增加任职：${person.data.name}` : '增加任职'} above={<AdminNav />}>
      <Await query={person}>
        {(data) => (
          <AddPostForm
            person={data}
            onDone={() => {
              toast.done(`已为${data.name}增加任职`)
              void navigate({ to: '/organization', search: { q: data.name } })
            }}
          />
        )}
      </Await>
    </Page>
  )
}
