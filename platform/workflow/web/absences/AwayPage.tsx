import { useQuery } from '@tanstack/react-query'
import { apiQuery } from '#kernel/web'
import { Await, EmptyState, Page } from '#ui'
import { CasesNav } from '../CasesNav.tsx'
import { cases } from '../client.ts'
import { AbsenceForm } from './AbsenceForm.tsx'
import { AbsenceLine } from './AbsenceLine.tsx'
import '../cases.css'

/** 我的不在岗: when I do not handle what comes; what then happens each process says for its steps. */
export function AwayPage() {
  const query = useQuery(apiQuery(cases.absences, {}))
  return (
    <Page
      title="我的不在岗"
      sentence="请假、出差时登记。其间新到的办件交给代办人或上级领导，或者等您回来，由各流程定；没人能代的仍在您这里。"
      above={<CasesNav />}
    >
      <Await query={query}>
        {({ rows }) =>
          rows.length === 0 ? (
            <EmptyState icon="calendar" title="没有登记不在岗" detail="在下面选日期，就可以登记。" />
          ) : (
            <ul className="wf-delegations">
              {rows.map((row) => (
                <li key={row.id} className="wf-delegation">
                  <AbsenceLine row={row} />
                </li>
              ))}
            </ul>
          )
        }
      </Await>
      <AbsenceForm />
    </Page>
  )
}
