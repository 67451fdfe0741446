import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Suspense, useRef } from 'react'
import { apiQuery } from '#kernel/web'
import { FormView } from '#platform/forms/web'
import { Await, Page, Skeleton300 } from '#ui'
import { matters } from './client.ts'
import './matters.css'

const above = <Link to="/services">办事</Link>

/** Where one goes once the draft is gone: to the case that was made. */
function useMade() {
  const navigate = useNavigate()
  const made = useRef('')
  return {
    keep: (one: { id: string }) => {
      made.current = one.id
    },
    show: () => void navigate({ to: '/services/cases/$id', params: { id: made.current } }),
  }
}

/** 申请: the situation, the content and the materials as one form; a draft of it stays on the server. */
export function ApplyPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const { keep, show } = useMade()
  const query = useQuery({ ...apiQuery(matters.application, { id }), staleTime: Number.POSITIVE_INFINITY })
  return (
    <Await query={query}>
      {({ name, unit, view }) => (
        <Page
          title={`申请：${name}`}
          sentence={
            <>
              由{unit.name}办理。
              <Link to="/matters/$id" params={{ id }}>
                看办事指南
              </Link>
            </>
          }
          above={above}
        >
          <Suspense fallback={<Skeleton300 lines={6} />}>
            <FormView
              view={view}
              draft={{ purpose: 'matters.apply', reference: id, title: name, path: `/services/${id}/apply` }}
              submitLabel="提交申请"
              onSubmit={(given) => matters.apply({ id, given }).then(keep)}
              onDone={show}
            />
          </Suspense>
        </Page>
      )}
    </Await>
  )
}

/** 一件事: one form for several matters, each handled by its own unit. */
export function BundlePage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const { keep, show } = useMade()
  const query = useQuery({ ...apiQuery(matters.bundleApplication, { id }), staleTime: Number.POSITIVE_INFINITY })
  return (
    <Await query={query}>
      {({ bundle, view }) => (
        <Page title={bundle.name} sentence={bundle.summary} above={above}>
          <ul className="mt-lines mt-parts">
            {bundle.parts.map((part) => (
              <li key={part.name}>
                {part.name}
                {part.missing ? '（您所在的地方还没有单位认领，不在这次申请里）' : `，由${part.unitName}办理`}
              </li>
            ))}
          </ul>
          <Suspense fallback={<Skeleton300 lines={6} />}>
            <FormView
              view={view}
              draft={{ purpose: 'matters.bundle', reference: id, title: bundle.name, path: `/services/bundles/${id}` }}
              submitLabel="一次提交"
              onSubmit={(given) => matters.applyBundle({ id, given }).then(keep)}
              onDone={show}
            />
          </Suspense>
        </Page>
      )}
    </Await>
  )
}
