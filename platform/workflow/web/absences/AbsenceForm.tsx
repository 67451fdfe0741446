import { useState } from 'react'
import { z } from 'zod'
import { useCommand } from '#kernel/web'
import { searchPeople } from '#platform/directory/web'
import { type PersonRef, RecordForm } from '#ui'
import { absenceKinds } from '../../contract/absences.ts'
import { cases } from '../client.ts'
import { momentOf } from '../days.ts'

const kinds = Object.keys(absenceKinds) as [keyof typeof absenceKinds]
/** Of oneself no person is asked, checked or sent. */
const Entry = z.object({
  personId: z.uuid('请选择人员。'),
  kind: z.enum(kinds, '请选择事由。'),
  from: z.iso.date('请选择开始日期。'),
  to: z.iso.date('请选择结束日期。'),
  substituteId: z.uuid().optional(),
})

interface Props {
  /** an administrator says whose */
  ofOthers?: boolean
  onDone?: () => void
}
/** 登记不在岗: since when, until when, and who stands in. */
export function AbsenceForm({ ofOthers = false, onDone }: Props) {
  const enter = useCommand(cases.enterAbsence, { quiet: true })
  const [turn, setTurn] = useState(0)
  return (
    <RecordForm
      key={turn}
      id={ofOthers ? 'workflow.absence.others' : 'workflow.absence'}
      schema={Entry}
      initial={{ kind: 'leave', substituteId: [] as PersonRef[] }}
      submitLabel="登记"
      onSubmit={({ from, to, ...rest }) => enter.mutateAsync({ ...rest, from: momentOf(from), to: momentOf(to, 1) })}
      onDone={() => {
        setTurn(turn + 1)
        onDone?.()
      }}
      groups={[
        {
          title: '登记不在岗',
          sentence: '其间新到的办件，按流程的设置交给代办人或上级领导，或者等本人回来。',
          fields: [
            { name: 'personId', label: '谁', kind: 'person', search: searchPeople, visible: () => ofOthers },
            {
              name: 'kind',
              label: '事由',
              kind: 'select',
              options: kinds.map((value) => ({ value, label: absenceKinds[value] })),
            },
            { name: 'from', label: '从哪天起', kind: 'date' },
            { name: 'to', label: '到哪天止', help: '含当天', kind: 'date' },
            {
              name: 'substituteId',
              label: '代办人',
              help: '不选的，由上级领导代办',
              kind: 'person',
              search: searchPeople,
            },
          ],
        },
      ]}
    />
  )
}
