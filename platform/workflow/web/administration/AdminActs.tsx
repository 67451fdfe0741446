import { Select } from 'antd'
import { useState } from 'react'
import { useCommand } from '#kernel/web'
import { searchPeople } from '#platform/directory/web'
import { Field, PersonPicker, type PersonRef, ReasonButton } from '#ui'
import type { Administer, CaseFile } from '../../contract.ts'
import { cases } from '../client.ts'

/** 管理: what the administrator of the unit may do to a case that runs; each with its reason on the record. */
export function AdminActs({ file, level }: { file: CaseFile; level: 2 | 3 }) {
  const Heading = `h${level}` as const
  const command = useCommand(cases.administer)
  const [token, setToken] = useState(file.steps[0]?.token ?? '')
  const [to, setTo] = useState<string>()
  const [people, setPeople] = useState<PersonRef[]>([])
  const { status, title, steps, can } = file
  if (status === 'completed' || status === 'terminated') return null
  const give = (act: Administer) => (reason: string) => command.mutateAsync({ id: file.id, act, reason })
  const step = steps.find((one) => one.token === token) ?? steps[0]
  const running = status === 'running' && step
  return (
    <section className="wf-admin qt-noprint" aria-label="管理">
      <Heading className="qt-section">管理</Heading>
      {running && steps.length > 1 && (
        <Field label="环节">
          {(control) => (
            <Select
              {...control}
              value={step.token}
              onChange={setToken}
              options={steps.map((one) => ({ value: one.token, label: one.name }))}
            />
          )}
        </Field>
      )}
      {running && (
        <div className="acts">
          <Select
            aria-label="跳转到"
            placeholder="跳转到哪个环节"
            value={to}
            onChange={setTo}
            options={can.jumpTo.map(({ node, name }) => ({ value: node, label: name }))}
          />
          {to && <ReasonButton verb="跳转" name={title} onConfirm={give({ do: 'jump', token: step.token, to })} />}
        </div>
      )}
      {running && (
        <div className="acts">
          <span className="qt-second">改由</span>
          <PersonPicker value={people} onChange={setPeople} search={searchPeople} multiple />
          {people.length > 0 && (
            <ReasonButton
              verb="指定办理人"
              name={step.name}
              onConfirm={give({ do: 'assign', token: step.token, people: people.map(({ id }) => id) })}
            />
          )}
        </div>
      )}
      <div className="acts">
        {running && step.dueAt && !step.parked && (
          <ReasonButton
            verb={step.clockStopped ? '继续计时' : '暂停计时'}
            name={step.name}
            consequence={
              step.clockStopped ? '停住的工作日会补回到时限里。' : '听证、检验、公示等不计入时限的时间，用它停住时限。'
            }
            onConfirm={give({ do: step.clockStopped ? 'start-clock' : 'stop-clock', token: step.token })}
          />
        )}
        {running && step.fault && (
          <ReasonButton verb="重试" name={step.name} onConfirm={give({ do: 'retry', token: step.token })} />
        )}
        {status === 'running' && (
          <ReasonButton
            verb="挂起"
            name={title}
            consequence="挂起期间不能办理，时限停止计算。"
            onConfirm={give({ do: 'suspend' })}
          />
        )}
        {status === 'suspended' && <ReasonButton verb="恢复" name={title} onConfirm={give({ do: 'resume' })} />}
        <ReasonButton verb="终止" name={title} consequence="终止以后不能恢复。" onConfirm={give({ do: 'terminate' })} />
      </div>
    </section>
  )
}
