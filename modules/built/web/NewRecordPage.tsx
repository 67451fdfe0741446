import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Suspense, useRef } from 'react'
import { apiQuery } from '#kernel/web'
import { FormView } from '#platform/forms/web'
import { Await, Page, Skeleton300, toast } from '#ui'
import { builtClient } from './client.ts'

/** A new record: the form of the entity, with what this person may fill in. */
export function NewRecordPage() {
  const { app = '', entity = '' } = useParams({ strict: false }) as { app?: string; entity?: string }
  const query = useQuery({ ...apiQuery(builtClient.blank, { app, entity }), staleTime: 0, refetchOnWindowFocus: false })
  const queries = useQueryClient()
  const navigate = useNavigate()
  const made = useRef<{ id: string; instanceId: string | null }>(null)
  return (
    <Await query={query}>
      {(view) => (
        <Page
          title={`填写${view.definition.name}`}
          sentence={view.definition.sentence}
          above={
            <Link to="/built/$app/$entity" params={{ app, entity }}>
              {view.definition.name}
            </Link>
          }
        >
          <Suspense fallback={<Skeleton300 lines={8} />}>
            <FormView
              view={view}
              draft={{
                purpose: 'built.new',
                reference: `${app}/${entity}`,
                title: view.definition.name,
                path: `/built/${app}/${entity}/new`,
              }}
              submitLabel="提交"
              onSubmit={async (data) => {
                made.current = await builtClient.create({ app, entity, data })
                await queries.invalidateQueries({ queryKey: ['built'] })
              }}
              onDone={() => {
                toast.done(made.current?.instanceId ? '已提交，等待审批' : '已保存')
                void navigate({ to: '/built/$app/$entity/$id', params: { app, entity, id: made.current?.id ?? '' } })
              }}
            />
          </Suspense>
        </Page>
      )}
    </Await>
  )
}
