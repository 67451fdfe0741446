import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { RefObject } from 'react'
import { apiQuery, useRealtime } from '#kernel/web'
import type { FormHandle } from '#platform/forms/web'
import { Facts, format } from '#ui'
import type { CaseFile } from '../contract.ts'
import { Branches } from './Branches.tsx'
import { CaseForm } from './CaseForm.tsx'
import { cases } from './client.ts'
import { History } from './History.tsx'
import { Progress } from './Progress.tsx'

/** The parts of a case, as the page, the inbox and the administrator's list show them. */

/** The case, read again when it or the person's tasks move. */
export function useCase(id: string) {
  const asked = apiQuery(cases.caseFile, { id })
  const queries = useQueryClient()
  const lookAgain = () => queries.invalidateQueries({ queryKey: asked.queryKey })
  useRealtime('cases', lookAgain)
  useRealtime('tasks', lookAgain)
  return useQuery(asked)
}

/** As people say it: a list by 、, yes and no in words. */
const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? '是' : '否'
  return Array.isArray(value) ? value.map(textOf).join('、') : JSON.stringify(value)
}

interface ContentProps {
  file: CaseFile
  form: RefObject<FormHandle | null>
}
/** Who asks, since when, what the process keeps of it, and the form it carries. */
export const CaseContent = ({ file, form }: ContentProps) => (
  <>
    <Facts
      rows={[
        ['申请人', `${file.starter.name}，${file.starter.unitName}`],
        ['发起时间', format.moment(file.startedAt)],
        ['办结时间', file.endedAt && format.moment(file.endedAt)],
        ...Object.entries(file.values).map(([name, value]) => [name, textOf(value)] as const),
      ]}
    />
    <CaseForm file={file} handle={form} />
  </>
)

interface Part {
  file: CaseFile
  /** under an `h1` 2, under an `h2` 3 */
  level: 2 | 3
}
/** Where it stands: the open steps, and of a joint matter each branch. */
export function CaseStanding({ file, level }: Part) {
  const Heading = `h${level}` as const
  return (
    <>
      {file.steps.length > 0 && (
        <section aria-label="现在的环节">
          <Heading className="qt-section">现在的环节</Heading>
          <Progress steps={file.steps} />
        </section>
      )}
      {file.joint && <Branches file={file} level={level} />}
    </>
  )
}
export function CaseHistory({ file, level }: Part) {
  const Heading = `h${level}` as const
  return (
    <section className="wf-side" aria-label="办理经过">
      <Heading className="qt-section">办理经过</Heading>
      <History events={file.history} />
    </section>
  )
}
