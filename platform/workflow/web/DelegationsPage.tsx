import { useQuery } from '@tanstack/react-query'
import { Button, DatePicker, Input } from 'antd'
import type { Dayjs } from 'dayjs'
import { useState } from 'react'
import { apiQuery, useCommand } from '#kernel/web'
import { searchPeople } from '#platform/directory/web'
import { Await, ConfirmButton, EmptyState, Field, format, Page, PersonPicker, type PersonRef } from '#ui'
import { CasesNav } from './CasesNav.tsx'
import { cases } from './client.ts'
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

function NewDelegation() {
  const give = useCommand(cases.delegate)
  const [people, setPeople] = useState<PersonRef[]>([])
  const [days, setDays] = useState<[Dayjs | null, Dayjs | null] | null>(null)
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const [from, to] = days ?? [null, null]
  const agent = people[0]
  const submit = async () => {
    setTried(true)
    if (!agent || !from || !to || !reason.trim()) return
    await give
      .mutateAsync({
        agentId: agent.id,
        processes: [],
        reason: reason.trim(),
        from: from.toISOString(),
        to: to.toISOString(),
      })
      .then(
        () => {
          setPeople([])
          setDays(null)
          setReason('')
          setTried(false)
        },
        () => undefined,
      )
  }
  return (
    <section className="wf-new" aria-label="新的委托">
      <h2 className="qt-section">新的委托</h2>
      <Field label="委托给" required error={tried && !agent ? '请选择受托人。' : undefined}>
        {(control) => <PersonPicker control={control} value={people} onChange={setPeople} search={searchPeople} />}
      </Field>
      <Field label="起止时间" required error={tried && !(from && to) ? '请选择起止时间。' : undefined}>
        {(control) => (
          <DatePicker.RangePicker
            id={control.id}
            showTime={{ format: 'HH:mm' }}
            format="YYYY-MM-DD HH:mm"
            value={days}
            onChange={(value) => setDays(value)}
          />
        )}
      </Field>
      <Field label="原因" required error={tried && !reason.trim() ? '请填写原因。' : undefined}>
        {(control) => (
          <Input {...control} value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} />
        )}
      </Field>
      <Button type="primary" loading={give.isPending} onClick={() => void submit()}>
        委托
      </Button>
    </section>
  )
}
