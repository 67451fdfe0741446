import { type RefObject, Suspense } from 'react'
import { type FormHandle, FormRead, FormView } from '#platform/forms/web'
import { Skeleton300 } from '#ui'
import type { CaseFile } from '../contract.ts'

/** The form a case carries: to fill in where this step lets one write, else to read. */
export function CaseForm({ file, handle }: { file: CaseFile; handle: RefObject<FormHandle | null> }) {
  const { id, form, mine, title } = file
  if (!form) return null
  const { rest, fields } = form.access
  const writes = [rest, ...Object.values(fields)].some((level) => level === 'write' || level === 'required')
  return (
    <Suspense fallback={<Skeleton300 lines={6} />}>
      {mine && writes ? (
        <FormView
          // after it was saved, or at another step, it is another form
          key={`${mine.slot}/${form.revision}`}
          view={form}
          recordId={form.id}
          handle={handle}
          draft={{ purpose: 'workflow.step', reference: `${id}/${mine.slot}`, title, path: `/cases/${id}` }}
        />
      ) : (
        <FormRead view={form} recordId={form.id} />
      )}
    </Suspense>
  )
}
