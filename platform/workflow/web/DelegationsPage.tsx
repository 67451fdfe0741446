import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { z } from 'zod'
import { apiQuery, useCommand } from '#kernel/web'
import { searchPeople } from '#platform/directory/web'
import { Await, ConfirmButton, EmptyState, format, Page, RecordForm } from '#ui'
import { CasesNav } from './CasesNav.tsx'
import { cases } from './client.ts'
import { momentOf } from './days.ts'
import './cases.css'

/** 办理委托: for some days somebody else handles what comes to me; both names stand in the record. */
export function DelegationsPage() {
  const query = useQuery(apiQuery(cases.delegations, {}))
  const end = useCommand(cases.endDelegation)
  return (
    <Page
      title="办理委托"
      sentence="出差、休假时请人代办。委托期间新到的办件由受托人办理，记录上留两个人的姓名。"
      above={<CasesNav />}
    >
      <Await query={query}>
        {({ rows }) =>
          rows.length === 0 ? (
            <EmptyState icon="people" title="现在没有委托" detail="在下面选人和日期，就可以委托。" />
          ) : (
            <ul className="wf-delegations">
              {rows.map(({ id, given, agentName, principalName, from, to, reason }) => (
                <li key={id} className="wf-delegation">
                  <div className="qt-grow">
                    <b>{given ? `委托${agentName}代您办理` : `您代${principalName}办理`}</b>
                    <p className="qt-small qt-second">
                      {format.moment(from)} 至 {format.moment(to)}，{reason}
                    </p>
                  </div>
                  {given && (
                    <ConfirmButton
                      verb="收回"
                      name={`给${agentName}的委托`}
                      onConfirm={() => end.mutateAsync({ id })}
                    />
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Await>
      <NewDelegation />
    </Page>
  )
}

const Delegation = z.object({
  agentId: z.uuid('请选择受托人。'),
  from: z.iso.date('请选择开始日期。'),
  to: z.iso.date('请选择结束日期。'),
  reason: z.string().trim().min(1, '请填写原因。').max(200, '原因最多 200 个字。'),
})

function NewDelegation() {
  const give = useCommand(cases.delegate, { quiet: true })
  const [turn, setTurn] = useState(0)
  return (
    <RecordForm
      key={turn}
      id="workflow.delegation"
      schema={Delegation}
      submitLabel="委托"
      onSubmit={({ agentId, from, to, reason }) =>
        give.mutateAsync({ agentId, reason, from: momentOf(from), to: momentOf(to, 1) })
      }
      onDone={() => setTurn(turn + 1)}
      groups={[
        {
          title: '新的委托',
          fields: [
            { name: 'agentId', label: '委托给', kind: 'person', search: searchPeople },
            { name: 'from', label: '从哪天起', kind: 'date' },
            { name: 'to', label: '到哪天止', help: '含当天', kind: 'date' },
            { name: 'reason', label: '原因', kind: 'text', maxLength: 200 },
          ],
        },
      ]}
    />
  )
}
